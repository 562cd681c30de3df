using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using static VRouter.Tests.Unit.Walk.Node;
using static VRouter.Tests.Unit.Walk.Services.Scene;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>
/// A service of the tenants' VRF behind next hop 50, a group: members A, B and C are behind three peers' tunnels, each under a label of its own; the
/// neighbour is a member here.
/// </summary>
internal static class Groups
{
    public const uint Group = 50, A = 101, B = 102, C = 103, Here = ToNeighbour;
    public const uint LabelOfA = 301, LabelOfB = 302, LabelOfC = 303;

    public static readonly Door[] Doors = [.. new[] { Lab.Peer(false), SecondPeer, ThirdPeer }.Select((peer, i) => Door.Label(Lab.VifLabel, LabelOfA + (uint)i, peer))];

    /// <summary>The address of the service.</summary>
    public static string Service(bool isIpv6 = false) => isIpv6 ? "fd96::1" : "10.96.0.1";

    /// <summary>The node with that group.</summary>
    public static Node Start(params EcmpMember[] members) => Start(null, members);

    public static Node Start(DataPlaneOptions? options, params EcmpMember[] members)
    {
        Node node = Scene.Start(EncapsulationKind.MplsOverUdp, options, queues: options?.Workers ?? 0);
        node.Apply(new Transaction { NextHops = [.. Enumerable.Range(0, 3).Select(i => Tunnel(A + (uint)i, i))] });
        node.Put(members);
        node.Apply(Float(1, Service(), Lab.Neighbour), Float(1, Service(true), Lab.Neighbour));
        return node.Routes(1, Service(), Group).Routes(1, Service(true), Group);
    }

    /// <summary>A tunnel next hop to the end of one of the three.</summary>
    public static TunnelNextHop Tunnel(uint id, int member) =>
        new(new NextHopId(id), EncapsulationKind.MplsOverUdp, Ip(Doors[member].Peer)) { Label = LabelOfA + (uint)member };

    public static EcmpMember Member(uint nextHop) => new(new NextHopId(nextHop));

    public static Node Put(this Node node, params EcmpMember[] members) => node.Put(new EcmpNextHop(new NextHopId(Group)) { Members = [.. members] });

    public static Node Put(this Node node, EcmpNextHop group) => node.Apply(new Transaction { NextHops = [group] });

    /// <summary>A packet of the tenant's to the service.</summary>
    public static Message Request(ushort port, byte protocol = IpProtocol.Udp, bool isIpv6 = false, ushort to = 80) =>
        new(protocol, Lab.Address(Lab.Tenant, isIpv6), port, Service(isIpv6), to);

    /// <summary>Lets the tenant send, and says to which member it went, by its next hop.</summary>
    public static uint Ask(this Node node, Message request)
    {
        node.Receive(Lab.Tenant, Lab.FromTenant(request.Bytes));
        return node.MemberTaken();
    }

    /// <summary>The member that the only packet sent went to.</summary>
    public static uint MemberTaken(this Node node)
    {
        List<(uint Vif, byte[] Packet)> sent = node.SentAnywhere();
        Assert.That(sent, Has.Count.EqualTo(1), $"the latest drop: {node.LastDrop}");
        return MemberOf(sent[0].Vif, sent[0].Packet);
    }

    public static uint MemberOf(uint vif, byte[] frame) => vif == Lab.Neighbour ? Here : vif == Lab.Tenant ? ToTenant : Tunnelled.Read(frame).Headers.Label - LabelOfA + A;

    /// <summary>The members of flows from so many ports.</summary>
    public static Dictionary<ushort, uint> AskFrom(this Node node, int first, int count) =>
        Enumerable.Range(first, count).ToDictionary(port => (ushort)port, port => node.Ask(Request((ushort)port)));
}
