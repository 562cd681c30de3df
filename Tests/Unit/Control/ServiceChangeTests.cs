using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Control;

/// <summary>Floating IPs, source NATs and groups after any changes: what the state shows is what the configuration, put in place at once, makes.</summary>
[TestFixture]
internal sealed class ServiceChangeTests
{
    private static readonly uint[] s_guests = [Lab.Tenant, Lab.Neighbour, Lab.Other, 5, 6];

    [Test]
    public void ShowsWhatTheConfigurationSays([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        using var editing = new Editing();
        int applied = 0;

        for (int i = 0; i < 600; i++)
        {
            Transaction transaction = Next(random);

            if (editing.ProblemsOf(transaction).Length == 0)
            {
                editing.Apply(transaction);
                applied++;
            }

            if (i % 50 == 0)
            {
                AssertIsAsMadeAtOnce(editing);
            }
        }

        AssertIsAsMadeAtOnce(editing);
        Assert.That(applied, Is.GreaterThan(200));
        AssertIsGivenUp(editing);
    }

    private static void AssertIsAsMadeAtOnce(Editing editing)
    {
        using var fresh = new Editing();
        fresh.Apply(Exporter.WithDeletesOfTheRest(fresh.Tables, Exporter.Export(editing.Tables, derived: false)));

        Assert.That(Describe(editing), Is.EqualTo(Describe(fresh)));
    }

    /// <summary>Nothing is still counted as used.</summary>
    private static void AssertIsGivenUp(Editing editing)
    {
        editing.Apply(Exporter.WithDeletesOfTheRest(editing.Tables, new Transaction()));

        Assert.That((editing.State.FloatingIps.Count, editing.State.Pools.Count), Is.EqualTo((0, 0)));
        Assert.That(editing.Vrf(0).SourceNats, Is.Empty);
        Assert.That(editing.Tables.Configuration.Vrfs.Single().Value.Users, Is.Zero);
    }

    private static string Describe(Editing editing)
    {
        Configuration configuration = editing.Tables.Configuration;
        Dictionary<int, VifId> vifs = configuration.Vifs.Values.ToDictionary(vif => vif.Index, vif => vif.Spec.Id);
        Dictionary<int, VrfId> vrfs = configuration.Vrfs.Values.ToDictionary(vrf => vrf.Index, vrf => vrf.Spec.Id);

        IEnumerable<string> floatingIps = configuration.FloatingIps.OrderBy(item => item.Key.Vrf.Value).ThenBy(item => item.Key.Address).Select(item =>
        {
            FloatingIpState state = editing.State.FindFloatingIp(configuration.Vrfs[item.Key.Vrf].Index, item.Key.Address)!;
            Assert.That(editing.State.FloatingIpsByIndex[state.Index], Is.SameAs(state));
            return $"floating ip {state.VrfId} {state.VrfName} {state.Address} {state.Direction} {state.IsMapped} at {Line(state.Members.Select(vif => vifs[vif].Value).Order())}";
        });

        IEnumerable<string> guests = configuration.Vifs.Keys.OrderBy(id => id.Value).Select(id =>
            $"interface {id}: {Line(editing.Vif(id.Value).FloatingIps.Select(floatingIp => $"{floatingIp.VrfId} {floatingIp.Address}"))}");

        IEnumerable<string> nats = configuration.Vrfs.Keys.OrderBy(id => id.Value).Select(id =>
            $"vrf {id}: {Line(editing.Vrf(id.Value).SourceNats.Select(nat => $"{nat.Id} to {vrfs[nat.OutsideVrf]} as {Line(nat.Addresses)} {nat.FirstPort}-{nat.LastPort}"))}");

        IEnumerable<string> pools = from vrf in configuration.Vrfs.Values
                                    from last in Enumerable.Range(1, 4)
                                    orderby vrf.Spec.Id.Value, last
                                    select $"pool {vrf.Spec.Id} {last}: {editing.State.FindPool(vrf.Index, Ip($"203.0.113.{last}"))?.Id}";

        IEnumerable<string> groups = configuration.NextHops.Values.OrderBy(record => record.Spec.Id.Value).Select(record =>
            $"next hop {record.Spec.Id}: {record.Users} users, {Describe(editing.State.Groups[record.Index], configuration)}");

        return string.Join('\n', [.. floatingIps, .. guests, .. nats, .. pools, .. groups]);
    }

    private static string Describe(EcmpGroup? group, Configuration configuration) => group is null ? "no group" : Line(group.Members.Select((member, i) =>
        $"{member.Identity} by {configuration.NextHopsByIndex[member.NextHop].Spec.Id} {member.Label} {member.Draining} {group.Find(member.Identity) == i}"))
        + $" to {Line(Enumerable.Range(1, 4).Where(last => group.HasTunnelTo(Ip($"192.0.2.{last}"))))} chooses {Line(Enumerable.Range(0, 8).Select(flow => group.Choose((uint)flow * 0x9E37_79B1, 6, (ushort)(79 + flow % 3))))}";

    private static string Line<T>(IEnumerable<T> items) => string.Join(", ", items);

    private static Transaction Next(Random random)
    {
        uint guest = s_guests[random.Next(s_guests.Length)];
        var vrf = new VrfId((uint)random.Next(5));
        var address = IpAddress.FromIpv4(0x0A60_0000 + (uint)random.Next(4));

        return random.Next(16) switch
        {
            0 => new Transaction { Vrfs = [new Vrf(new VrfId((uint)random.Next(1, 5))) { Name = $"{random.Next(3)}", ForwardingMode = ForwardingMode.L3 }] },
            1 => new Transaction { Vifs = [Lab.TenantVif(guest, (uint)random.Next(1, 3)) with { Label = new MplsLabel(random.Next(2) == 0 ? 0 : 1000 + guest), Mac = new MacAddress(0x0200_0000_0100ul + guest), Addresses = [IpPrefix.Host(IpAddress.FromIpv4(0x0A01_0000 + guest))] }] },
            2 => new Transaction { Vifs = [Lab.Configuration().Vifs[0] with { Addresses = [Prefix($"192.0.2.{random.Next(1, 3)}/24")] }] },
            3 or 4 or 5 => new Transaction { FloatingIps = [new FloatingIp(vrf, address) { Vifs = Some(random), Direction = (FloatingIpDirection)random.Next(3), PortMappings = Mappings(random) }] },
            6 => new Transaction { Deletes = [ObjectKey.Of(vrf, address)] },
            7 or 8 => new Transaction { SourceNats = [Nat(random)] },
            9 => new Transaction { Deletes = [ObjectKey.Of(new SourceNatId((uint)random.Next(1, 4)))] },
            10 or 11 => new Transaction { NextHops = [Group(random)], Deletes = [ObjectKey.Of(vrf, address)] },
            12 => new Transaction { NextHops = [new TunnelNextHop(new NextHopId((uint)random.Next(60, 64)), EncapsulationKind.MplsOverUdp, Ip($"192.0.2.{random.Next(1, 5)}")) { Label = (uint)random.Next(16, 20) }] },
            13 => new Transaction { NextHops = [new VifNextHop(new NextHopId((uint)random.Next(60, 64)), new VifId(guest))] },
            14 => new Transaction { Deletes = [ObjectKey.Of(new NextHopId((uint)random.Next(60, 66))), ObjectKey.Of(new NextHopId((uint)random.Next(50, 60)))] },
            _ => new Transaction { Deletes = [ObjectKey.Of(new VifId(guest)), ObjectKey.Of(new VrfId((uint)random.Next(2, 5)))] },
        };
    }

    private static ValueList<VifId> Some(Random random) => [.. s_guests.Where(_ => random.Next(3) == 0).Select(id => new VifId(id))];

    private static ValueList<PortMapping> Mappings(Random random) => random.Next(3) switch
    {
        0 => [],
        1 => [new PortMapping(6, 80, 8080)],
        _ => [new PortMapping(6, 80, 8080) { Forward = new PortForward(new VrfId((uint)random.Next(5)), Ip("10.96.0.77"), false) }],
    };

    private static SourceNat Nat(Random random) => new(new SourceNatId((uint)random.Next(1, 4)))
    {
        Vrf = new VrfId((uint)random.Next(1, 5)),
        OutsideVrf = new VrfId((uint)random.Next(5)),
        Addresses = [.. Enumerable.Range(1, 4).Where(_ => random.Next(2) == 0).Select(last => Ip($"203.0.113.{last}"))],
        Ports = new PortRange(1024 * (uint)random.Next(1, 4), 1024 * (uint)random.Next(3, 5)),
    };

    private static EcmpNextHop Group(Random random) => new(new NextHopId((uint)random.Next(63, 66)))
    {
        Members = [.. Enumerable.Range(60, 5).Where(_ => random.Next(2) == 0).Select(id => new EcmpMember(new NextHopId((uint)id))
        {
            Label = random.Next(3) == 0 ? 77u : 0,
            Weight = (uint)random.Next(3),
            Draining = random.Next(4) == 0,
            Ports = random.Next(3) == 0 ? [new ProtocolPort(6, (ushort)(79 + random.Next(3)))] : [],
        })],
    };
}
