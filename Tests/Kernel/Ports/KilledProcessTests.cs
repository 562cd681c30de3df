using NUnit.Framework;
using VRouter.Native;

namespace VRouter.Tests.Kernel;

public sealed class KilledProcessTests
{
    [Test]
    public void LeavesNothingOfItsOwnAndWhatWasThere()
    {
        using NetworkLab lab = new();
        NetworkNamespace node = lab.CreateNamespace("node"), peer = lab.CreateNamespace("peer");
        Netlink netlink = lab.Configure(node);
        lab.Connect(node, "fabric0", peer, "wire0");
        lab.Connect(node, "fabric1", peer, "wire1");

        using (TapDevice made = TapDevice.Open("kept0", networkNamespace: node.Name))
        {
            made.SetPersistent(true);
        }

        using (Child child = new(node, "fabric0", "own0"), other = new(node, "fabric1", "kept0"))
        {
            Assert.That(netlink.Links.Get("fabric0").XdpProgram, Is.Not.Zero);
            Assert.That(netlink.Links.Find("own0"), Is.Not.Null);
        }

        // Disposing of a child kills it.
        Assert.That(NetworkLab.Eventually(() => netlink.Links.Get("fabric0").XdpProgram == 0), Is.True, "the program is detached");
        Assert.That(NetworkLab.Eventually(() => netlink.Links.Find("own0") is null), Is.True, "its own TAP is gone");
        Assert.That(netlink.Links.Find("kept0"), Is.Not.Null, "the persistent TAP stays");
    }
}
