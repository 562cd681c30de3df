using NUnit.Framework;
using VRouter.Native;

namespace VRouter.Tests.Kernel;

public sealed class NetworkNamespaceTests
{
    [Test]
    public void IsEnteredByAThreadOfItsOwnAndLeavesTheCallerWhereItWas()
    {
        using NetworkLab lab = new();
        NetworkNamespace inside = lab.CreateNamespace("a");

        string before = File.ResolveLinkTarget("/proc/thread-self/ns/net", false)!.Name;
        string there = inside.Run(() => File.ResolveLinkTarget("/proc/thread-self/ns/net", false)!.Name);

        Assert.That(there, Is.Not.EqualTo(before));
        Assert.That(File.ResolveLinkTarget("/proc/thread-self/ns/net", false)!.Name, Is.EqualTo(before));
    }

    [Test]
    public void HandsOnWhatIsThrownInside()
    {
        using NetworkLab lab = new();

        Assert.That(() => lab.CreateNamespace("a").Run(() => throw new InvalidDataException("inside")),
            Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("inside"));
    }

    [Test]
    public void IsOpenedByPathAsWell()
    {
        using NetworkLab lab = new();
        NetworkNamespace inside = lab.CreateNamespace("a");

        using Netlink netlink = new($"/run/netns/{inside.Name}");

        Assert.That(netlink.Links.List().Select(link => link.Name), Is.EquivalentTo(new[] { "lo" }));
    }

    [Test]
    public void ThatDoesNotExistIsNamedInTheError() =>
        Assert.That(() => NetworkNamespace.Open("no-such-namespace"),
            Throws.TypeOf<SystemCallException>().With.Message.Contains("no-such-namespace").And.Message.Contains("ENOENT"));

    [Test]
    public void IsGoneWhenDeleted()
    {
        using NetworkLab lab = new();
        string name = $"vrtest-{Environment.ProcessId}-deleted";

        NetworkNamespace.Create(name).Dispose();
        NetworkNamespace.Delete(name);

        Assert.That(File.Exists($"/run/netns/{name}"), Is.False);
    }

    [Test]
    public void IsRefusedATakenName()
    {
        using NetworkLab lab = new();
        NetworkNamespace inside = lab.CreateNamespace("a");

        Assert.That(() => NetworkNamespace.Create(inside.Name), Throws.TypeOf<SystemCallException>().With.Message.Contains("EEXIST"));
    }
}
