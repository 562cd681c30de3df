using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Walk.Node;
using static VRouter.Tests.Unit.Walk.Services.Scene;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>Nothing is allocated for a packet, whatever it is translated to and whichever member it takes: not for the first of a flow, not for the next.</summary>
[TestFixture]
public sealed class ServiceAllocationTests
{
    private static readonly DataPlaneOptions s_options = new() { Frames = 4096 };

    private static readonly Transaction s_short = new() { Settings = new Settings { FlowTimeouts = new() { Udp = TimeSpan.FromSeconds(1) } } };

    [Test]
    public void IsNoneForFloatingIps([Values] bool isNew, [Values] bool outbound)
    {
        using Node node = Scene.Start().Apply(s_short);
        node.Apply(Float(Floating(), Lab.Tenant) with { PortMappings = outbound ? [] : [Map(IpProtocol.Udp, 80, 8080)] }).Routes(Public, Floating(), ToTenant);
        byte[] packet = outbound ? Craft.Udp("10.1.0.2", Outsider(), to: 80) : Craft.Udp(Outsider(), Floating(), to: 80);

        Flood flood = outbound
            ? new Flood(node, Lab.FromTenant(packet)) { MostPorts = 60_000 }
            : new Flood(node, Door.Vni(PublicVni).Frame(packet), Lab.Fabric) { Ports = 14 + 20 + 8 + 8 + 14 + 20, MostPorts = 60_000 };
        Assert.That(flood.Allocated(isNew), Is.Zero);
        Assert.That(node.Dropped(), Is.Zero);
    }

    [Test]
    public void IsNoneForSourceNat([Values] bool isNew, [Values] bool runsOut)
    {
        using Node node = Scene.Start().Apply(s_short);
        node.Apply(SourceNatTests.Nat() with { Ports = runsOut ? new(2000, 2100) : new(1024, 65_535) });

        Assert.That(new Flood(node, Lab.FromTenant(Craft.Udp("10.1.0.2", Outsider(), from: 2050))) { MostPorts = 60_000 }.Allocated(isNew), Is.Zero);
        Assert.That(node.Dropped() > 0, Is.EqualTo(isNew && runsOut));
    }

    [Test]
    public void IsNoneForGroups([Values] bool isNew, [Values] bool isAffine)
    {
        using Node node = Groups.Start(s_options, [.. ((uint[])[Groups.A, Groups.B, Groups.Here]).Select(Groups.Member)]).Apply(s_short);
        node.Put(new EcmpNextHop(new NextHopId(Groups.Group))
        {
            Members = [.. ((uint[])[Groups.A, Groups.B, Groups.Here]).Select(Groups.Member)],
            Hash = isAffine ? EcmpHash.SourceAddress : EcmpHash.FiveTuple,
            AffinityTimeout = TimeSpan.FromSeconds(isAffine ? 10 : 0),
        });

        Assert.That(new Flood(node, Lab.FromTenant(Groups.Request(1).Bytes)) { MostPorts = 60_000 }.Allocated(isNew), Is.Zero);
        Assert.That(node.Dropped(), Is.Zero);
    }

    [Test]
    public void IsNoneForNodePortsAndHairpins([Values] bool isNew, [Values] bool translates)
    {
        using Node node = Scene.Start().Apply(s_short);
        node.Apply(Float(1, Groups.Service(), Lab.Tenant) with { PortMappings = [Map(IpProtocol.Udp, 80, 8080)] }).Routes(1, Groups.Service(), ToTenant).Routes(1, Lab.Endpoint(false), IntoUnderlay);
        node.Apply(Float(0, Lab.Endpoint(false)) with { PortMappings = [new PortMapping(IpProtocol.Udp, 30080, 80) { Forward = new PortForward(new VrfId(1), Ip(Groups.Service()), translates) }] });

        Assert.That(new Flood(node, Lab.FromTenant(Craft.Udp("10.1.0.2", Lab.Endpoint(false), from: 5000, to: 30080))) { MostPorts = 60_000 }.Allocated(isNew), Is.Zero);
        Assert.That(node.Dropped(), Is.Zero);
    }

    [Test]
    public void IsNoneForWhatIsRefused([Values("unmapped", "rejected", "sources")] string how)
    {
        using Node node = Scene.Start();
        node.Apply(Float(1, Groups.Service(), Lab.Neighbour) with
        {
            PortMappings = [Map(IpProtocol.Udp, 81, 81), Map(IpProtocol.Udp, how == "sources" ? (ushort)80 : (ushort)82, 82)],
            SourcePrefixes = how == "sources" ? [Prefix("10.9.0.0/16")] : [],
        });
        node.Apply(new Transaction { NextHops = [new RejectNextHop(new NextHopId(60))] });
        node.Routes(1, Groups.Service(), how == "rejected" ? 60 : ToNeighbour);

        Assert.That(new Flood(node, Lab.FromTenant(Groups.Request(1).Bytes)) { MostPorts = 60_000 }.Allocated(isNew: true), Is.Zero);
        Assert.That(node.Flows(), Is.Empty);
    }

    [Test]
    public void IsNoneForFlowsThatAreDecidedAnew()
    {
        using Node node = Scene.Start();
        FloatingIp floatingIp = Float(1, Groups.Service(), Lab.Neighbour) with { PortMappings = [Map(IpProtocol.Udp, 80, 8080)] };
        node.Apply(floatingIp).Routes(1, Groups.Service(), ToNeighbour);
        var flood = new Flood(node, Lab.FromTenant(Groups.Request(1).Bytes));
        flood.Walk(isNew: false);
        int changes = 0;

        Assert.That(Allocations.Fewest(Redecide), Is.Zero);
        Assert.That(node.Redecided(), Is.EqualTo(changes));

        long Redecide()
        {
            long allocated = 0;

            for (int i = 0; i < 100; i++)
            {
                node.Apply(floatingIp with { SourcePrefixes = changes++ % 2 == 0 ? [Prefix("10.1.0.0/16")] : [] });
                allocated += Allocations.Once(() => flood.Walk(isNew: false));
            }

            return allocated;
        }
    }
}
