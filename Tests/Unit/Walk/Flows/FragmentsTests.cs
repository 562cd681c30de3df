using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Policy;
using static VRouter.Tests.Unit.Policy.Rules;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>Fragments, one by one, go as their datagram's ports say (semantics, section 4).</summary>
[TestFixture]
public sealed class FragmentsTests
{
    private static readonly byte[] s_payload = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];

    [Test]
    public void FollowTheFirstOneOverTheSameTunnelWithTheSameEntropy([Tunnels] EncapsulationKind kind, [Values] bool isIpv6)
    {
        using Node node = Lab.Start(kind);
        var dialogue = Dialogue.Remote(node, isIpv6, kind);
        node.Receive(Lab.Tenant, dialogue.Client.FrameOf(dialogue.Udp(s_payload)));
        ushort entropy = EntropyOf(node.SentOnce(Lab.Fabric), kind);

        foreach (byte[] piece in Fragments.Of(dialogue.Udp(s_payload), 7, 64, 128))
        {
            node.Receive(Lab.Tenant, dialogue.Client.FrameOf(piece));
            Assert.That(EntropyOf(node.SentOnce(Lab.Fabric), kind), Is.EqualTo(entropy));
        }

        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 4, 0 }));
    }

    [Test]
    public void HaveTheEntropyOfTheirEcho([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        byte[] echo = Craft.Echo(Lab.Address(Lab.Tenant, isIpv6), Lab.Remote(isIpv6), s_payload);
        node.Receive(Lab.Tenant, Lab.FromTenant(echo));
        ushort entropy = EntropyOf(node.SentOnce(Lab.Fabric), EncapsulationKind.Vxlan);

        foreach (byte[] piece in Fragments.Of(echo, 7, 64))
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(piece));
            Assert.That(EntropyOf(node.SentOnce(Lab.Fabric), EncapsulationKind.Vxlan), Is.EqualTo(entropy));
        }

        Assert.That(node.Flows(), Has.Length.EqualTo(2));
    }

    [Test]
    public void WaitForTheFirstOne([Values] bool isIpv6, [Values] bool fromTunnel)
    {
        using Node node = Lab.Start();
        Dialogue dialogue = fromTunnel ? Dialogue.Remote(node, isIpv6).Reversed : Dialogue.Local(node, isIpv6);
        byte[] packet = dialogue.Udp(s_payload);
        byte[][] pieces = Fragments.Of(packet, 7, 64, 128);

        node.Receive(dialogue.Client.Vif, dialogue.Client.FrameOf(pieces[2]));
        node.Receive(dialogue.Client.Vif, dialogue.Client.FrameOf(pieces[1]));
        Assert.That(node.Counters(dialogue.Client.Vif).Held, Is.EqualTo(2));
        Assert.That(node.SentAnywhere(), Is.Empty);
        Assert.That(node.Flows(), Is.Empty);
        node.AssertBalanced();
        node.Receive(dialogue.Client.Vif, dialogue.Client.FrameOf(pieces[0]));

        List<byte[]> sent = node.SentAll(dialogue.Server.Vif);
        Assert.That(sent.Select(OffsetOf), Is.EqualTo(new[] { 0, 128, 64 }), "the first one, and then the others as they came");
        Assert.That(node.Counters(dialogue.Client.Vif).Held, Is.Zero);
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 3, 0 }));
    }

    [Test]
    public void AreDeniedWithTheirDatagram([Values] bool isIpv6, [Values] bool laterFirst)
    {
        using Node node = Lab.Start().Guard(Lab.Neighbour, Ingress("web").Tcp().To(80, 80));
        byte[][] pieces = Fragments.Of(Dialogue.Local(node, isIpv6).Udp(s_payload), 7, 64, 128);

        foreach (byte[] piece in laterFirst ? pieces.Reverse() : pieces)
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(piece));
        }

        Assert.That(node.SentAnywhere(), Is.Empty);
        Assert.That(node.Counters(Lab.Tenant).Drops, Is.EqualTo(new Dictionary<DropReason, long> { [DropReason.SecurityGroupDenied] = 3 }));
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 3, 0 }));
    }

    [Test]
    public void OfOneBatchFollowTheirOwnDatagram()
    {
        using Node node = Lab.Start();
        Dialogue first = Dialogue.Remote(node), second = first with { ClientPort = 2000 };
        byte[][] whole = Fragments.Of(first.Udp(s_payload), 7, 64), other = Fragments.Of(second.Udp(s_payload), 8, 64);

        // In one batch a datagram ends, and another one, which waits, begins.
        foreach (byte[] piece in (byte[][])[whole[0], whole[1], other[1]])
        {
            Assert.That(node.Port(Lab.Tenant).TryDeliver(Lab.FromTenant(piece)), Is.True);
        }

        node.Settle();

        Assert.That(node.SentAll(Lab.Fabric), Has.Count.EqualTo(2));
        Assert.That(node.Counters(Lab.Tenant).Held, Is.EqualTo(1));
        node.Receive(Lab.Tenant, Lab.FromTenant(other[0]));
        Assert.That(node.Flows().Select(flow => (flow.Key.SourcePort, flow.Packets)), Is.EquivalentTo(new[] { (1000, 2), (80, 0), (2000, 2), (80, 0) }));
    }

    [Test]
    public void ThatWaitGoWithTheirInterface()
    {
        using Node node = Lab.Start();
        node.Receive(Lab.Tenant, Lab.FromTenant(Fragments.Of(Dialogue.Local(node).Udp(s_payload), 7, 64)[1]));

        node.Apply(new Transaction { Deletes = [ObjectKey.Of(new VifId(Lab.Tenant))] });
        node.Forget(Lab.Tenant);

        Assert.That(node.Plane.ReadCounters().Removed.Held, Is.Zero);
        node.AssertBalanced();
        node.Apply(new Transaction { Vifs = [Lab.TenantVif(Lab.Tenant, 1)] });
        node.Wait(3);
        Assert.That(node.Counters(Lab.Tenant).Held, Is.Zero);
    }

    [Test]
    public void OfAnUntrackedSenderWaitForTheFirstOneToo([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { Vifs = [Lab.TenantVif(Lab.Tenant, 1) with { PolicyDisabled = true }] });
        byte[][] pieces = Fragments.Of(Dialogue.Local(node, isIpv6).Udp(s_payload), 7, 64, 128);

        foreach (byte[] piece in pieces.Reverse())
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(piece));
        }

        Assert.That(node.SentAll(Lab.Neighbour), Has.Count.EqualTo(3));
        Assert.That(node.Flows().Select(flow => (flow.Key.Protocol, flow.Key.SourcePort, flow.Packets)), Is.EqualTo(new[] { (IpProtocol.Udp, 1000, 3), (IpProtocol.Udp, 80, 0) }));
    }

    [Test]
    public void OfTheNodeItselfMayExpireWithoutAFlow()
    {
        using Node node = Lab.Start();
        byte[] packet = Craft.Udp(Lab.Endpoint(false), Lab.Peer(false), s_payload, ttl: 1);

        foreach (byte[] piece in Fragments.Of(packet, 7, 64).Reverse())
        {
            node.Receive(Lab.Host, Craft.Ethernet(Lab.VirtualMac, Lab.HostMac, piece));
        }

        Assert.That(node.Counters(Lab.Host).Drops, Is.EqualTo(new Dictionary<DropReason, long> { [DropReason.TtlExpired] = 2 }));
        node.AssertBalanced();
    }

    private static ushort EntropyOf(byte[] frame, EncapsulationKind kind) => kind == EncapsulationKind.MplsOverGre ? (ushort)0 : Tunnelled.Read(frame).SourcePort;

    private static int OffsetOf(byte[] frame) => frame[12] == 0x86 ? (frame[14 + 42] << 8 | frame[14 + 43]) & ~7 : ((frame[20] << 8 | frame[21]) & 0x1FFF) * 8;
}
