using NUnit.Framework;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Tests.Kernel;

public sealed class AfXdpRefusalTests : AfXdpFixture
{
    [Test]
    public void DoesNotFallBackFromZeroCopyUnasked()
    {
        Assert.That(() => Open(new XdpOptions("fabric0") { Mode = XdpMode.ZeroCopy }),
            Throws.TypeOf<SystemCallException>().With.Message.Contains("zero-copy").And.Message.Contains("EOPNOTSUPP"));
        Assert.That(Lab.Configure(Node).Links.Get("fabric0").XdpProgram, Is.Zero, "nothing stays attached");
    }

    [Test]
    public void IsRefusedADeviceWithAForeignProgram([Values(XdpMode.Auto, XdpMode.Copy, XdpMode.Generic)] XdpMode mode)
    {
        using AfXdpPort foreign = Open(new XdpOptions("fabric0"));
        uint id = Lab.Configure(Node).Links.Get("fabric0").XdpProgram;

        Assert.That(() => Again(new XdpOptions("fabric0") { Mode = mode }),
            Throws.TypeOf<SystemCallException>().With.Message.Contains($"Another XDP program (id {id}) is on 'fabric0'"));
    }

    [Test]
    public void IsRefusedAQueueThatIsHeld()
    {
        Lab.Connect(Node, "fabric0", Peer, "wire0");
        int index = Lab.Configure(Node).Links.Get("fabric0").Index;
        using FrameRegion theirs = new(64);
        using XdpSocket foreign = Node.Run(() => XdpSocket.Open(new XdpOptions("fabric0"), index, 0, theirs, IfXdp.XDP_COPY, first: null));

        Assert.That(() => Again(new XdpOptions("fabric0")),
            Throws.TypeOf<SystemCallException>().With.Message.Contains("bind(AF_XDP, fabric0, queue 0)").And.Message.Contains("Another program holds this queue"));
    }

    [Test]
    public void IsRefusedADeviceThatIsMissing() =>
        Assert.That(() => Again(new XdpOptions("nothing0")), Throws.TypeOf<SystemCallException>().With.Message.Contains("nothing0").And.Message.Contains("ENODEV"));

    [Test]
    public void IsRefusedADeviceThatIsDown()
    {
        Lab.Configure(Node).Links.CreateVeth("fabric0", "wire0", Peer);

        Assert.That(() => Again(new XdpOptions("fabric0")), Throws.TypeOf<SystemCallException>().With.Message.Contains("'fabric0' is down"));
    }

    [Test]
    public void IsRefusedMoreQueuesThanTheDeviceHas()
    {
        Lab.Connect(Node, "fabric0", Peer, "wire0");

        Assert.That(() => Again(new XdpOptions("fabric0") { Queues = 9 }), Throws.TypeOf<SystemCallException>().With.Message.Contains("has 1 of the 9 queues"));
    }

    [Test]
    public void SaysWhenADriverHasNoXdp()
    {
        Lab.Configure(Node).Links.CreateVxlan("vx0", new Vxlan(1, Here));
        Lab.Configure(Node).Links.SetUp("vx0");

        Assert.That(() => Again(new XdpOptions("vx0") { Mode = XdpMode.Copy }), Throws.TypeOf<SystemCallException>().With.Message.Contains("ask for generic mode"));

        using AfXdpPort port = Again(new XdpOptions("vx0"));
        Assert.That(port.Mode, Is.EqualTo(XdpMode.Generic), "auto finds what works");
    }
}
