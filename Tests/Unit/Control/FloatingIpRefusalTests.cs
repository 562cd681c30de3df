using NUnit.Framework;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Control;

/// <summary>What is refused of floating IPs (semantics, section 8).</summary>
[TestFixture]
internal sealed class FloatingIpRefusalTests
{
    private const string Name = "floating ip 10.96.0.1 in vrf 1";

    private static readonly FloatingIp s_good = new(new VrfId(1), Ip("10.96.0.1")) { Vifs = Vifs(Lab.Tenant, Lab.Neighbour) };

    private static readonly ObjectKey s_key = ObjectKey.Of(s_good.Vrf, s_good.Address);

    private Editing _editing = null!;

    [SetUp]
    public void Start() => _editing = new Editing();

    [TearDown]
    public void End() => _editing.Dispose();

    [Test]
    public void NamesEverythingThatIsWrong() => Assert.That(
        ProblemsOf(new FloatingIp(new VrfId(9), Ip("224.0.0.1"))
        {
            Vifs = Vifs(Lab.Tenant, 99, Lab.Tenant, Lab.Fabric),
            FixedAddress = Ip("fd00::1"),
            Direction = (FloatingIpDirection)3,
            SourcePrefixes = [Prefix("10.0.0.0/8"), Prefix("10.1.0.0/8")],
        }),
        Is.EqualTo(new[]
        {
            "floating ip 224.0.0.1 in vrf 9: vrf: there is no VRF 9",
            "floating ip 224.0.0.1 in vrf 9: address: 224.0.0.1 is not the address of one host",
            "floating ip 224.0.0.1 in vrf 9: fixed_address: fd00::1 is not of the family of 224.0.0.1",
            "floating ip 224.0.0.1 in vrf 9: direction: is none of BOTH, INGRESS, EGRESS",
            "floating ip 224.0.0.1 in vrf 9: interfaces[1]: there is no interface 99",
            "floating ip 224.0.0.1 in vrf 9: interfaces[2]: interface 2 is there twice",
            "floating ip 224.0.0.1 in vrf 9: interfaces[3]: interface 1 is a FABRIC, behind which are the guests of others; members are TENANT or HOST",
            "floating ip 224.0.0.1 in vrf 9: source_prefixes[1]: 10.1.0.0/8 has bits set behind its length; the prefix is 10.0.0.0/8",
        }));

    [Test]
    public void NamesEveryMappingThatIsWrong() => Assert.That(
        ProblemsOf(s_good with
        {
            PortMappings =
            [
                new PortMapping(1, 80, 80),
                new PortMapping(6, 0, 80),
                new PortMapping(17, 80, 0),
                new PortMapping(6, 80, 80) { Vifs = Vifs(Lab.Tenant, Lab.Other, 99) },
                new PortMapping(6, 90, 80) { Vifs = Vifs(Lab.Tenant), Forward = new PortForward(new VrfId(9), Ip("fd00::1"), false) },
                new PortMapping(6, 91, 80) { Forward = new PortForward(new VrfId(1), default, false) },
                new PortMapping(6, 92, 92) { Forward = new PortForward(s_good.Vrf, s_good.Address, false) },
            ],
        }),
        Is.EqualTo(new[]
        {
            $"{Name}: port_mappings[0].protocol: 1 has no ports; TCP (6), UDP (17) and SCTP (132) have",
            $"{Name}: port_mappings[1].source_port: 0 is not a port",
            $"{Name}: port_mappings[2].destination_port: 0 is not a port",
            $"{Name}: port_mappings[3].interfaces[1]: interface 4 is not a member",
            $"{Name}: port_mappings[3].interfaces[2]: interface 99 is not a member",
            $"{Name}: port_mappings[4].forward.vrf: there is no VRF 9",
            $"{Name}: port_mappings[4].forward.address: fd00::1 is not of the family of 10.96.0.1",
            $"{Name}: port_mappings[4].interfaces: a mapping has interfaces or forwards, not both",
            $"{Name}: port_mappings[5].forward.address: 0.0.0.0 is not the address of one host",
            $"{Name}: port_mappings[6].forward: leads back to itself",
        }));

    [Test]
    public void NamesPortsThatAreMappedTwice()
    {
        PortMapping all = new(6, 80, 8080), tenant = all with { Vifs = Vifs(Lab.Tenant) }, neighbour = new PortMapping(6, 80, 8081) { Vifs = Vifs(Lab.Neighbour) };
        PortMapping forward = new(6, 80, 80) { Forward = new PortForward(new VrfId(2), Ip("10.7.0.1"), false) };
        string[] second = [$"{Name}: port_mappings[1]: port 80 of protocol 6 is mapped by port_mappings[0] too"];

        Assert.That(Mapped(all, all), Is.EqualTo(second), "even equal");
        Assert.That(Mapped(all, tenant), Is.EqualTo(second));
        Assert.That(Mapped(tenant, all), Is.EqualTo(second));
        Assert.That(Mapped(tenant, tenant with { DestinationPort = 9 }), Is.EqualTo(second));
        Assert.That(Mapped(forward, tenant), Is.EqualTo(second));
        Assert.That(Mapped(all, forward), Is.EqualTo(second));
        Assert.That(Mapped(all with { Vifs = Vifs(Lab.Tenant, Lab.Tenant) }), Is.EqualTo(new[] { $"{Name}: port_mappings[0]: port 80 of protocol 6 is mapped for one interface twice" }));
        Assert.That(Mapped(tenant, neighbour, all with { Protocol = 17 }, all with { SourcePort = 81 }), Is.Empty);
    }

    [Test]
    public void NamesOneThatComesTwice()
    {
        Assert.That(ProblemsOf(s_good, s_good), Is.EqualTo(new[] { $"{Name}: is in the request twice" }));
        Assert.That(_editing.ProblemsOf(new Transaction { FloatingIps = [s_good], Deletes = [s_key] }), Is.EqualTo(new[] { $"{Name}: is in the request twice: to be there, and to be deleted" }));
        Assert.That(ProblemsOf(s_good, s_good with { Vrf = new VrfId(2) }), Is.Empty, "one address in two VRFs");
    }

    [Test]
    public void KeepsWhatItNamesFromBeingDeleted()
    {
        _editing.Apply(new Transaction
        {
            Vrfs = [new Vrf(new VrfId(7)), new Vrf(new VrfId(8))],
            FloatingIps = [new FloatingIp(new VrfId(7), s_good.Address) { Vifs = s_good.Vifs, PortMappings = [new PortMapping(6, 80, 80) { Forward = new PortForward(new VrfId(8), s_good.Address, false) }] }],
        });
        ObjectKey floatingIp = ObjectKey.Of(new VrfId(7), s_good.Address), seven = ObjectKey.Of(new VrfId(7)), eight = ObjectKey.Of(new VrfId(8)), tenant = ObjectKey.Of(new VifId(Lab.Tenant));

        Assert.That(_editing.ProblemsOf(new Transaction { Deletes = [seven, eight, tenant] }), Is.EqualTo(new[]
        {
            "vrf 7: cannot be deleted: 1 other object names it",
            "vrf 8: cannot be deleted: 1 other object names it",
            "interface 2: cannot be deleted: 1 other object names it",
        }));
        Assert.That(_editing.ProblemsOf(new Transaction { Deletes = [seven, eight, tenant, floatingIp] }), Is.Empty);
        Assert.That(_editing.ProblemsOf(new Transaction { Deletes = [eight, tenant], FloatingIps = [new FloatingIp(new VrfId(7), s_good.Address) { Vifs = Vifs(Lab.Neighbour) }] }), Is.Empty);

        _editing.Delete(floatingIp);
        Assert.That(_editing.ProblemsOf(new Transaction { Deletes = [seven, eight, tenant] }), Is.Empty);
    }

    private string[] Mapped(params PortMapping[] mappings) => ProblemsOf(s_good with { PortMappings = [.. mappings] });

    private string[] ProblemsOf(params FloatingIp[] floatingIps) => _editing.ProblemsOf(new Transaction { FloatingIps = [.. floatingIps] });

    private static ValueList<VifId> Vifs(params uint[] ids) => [.. ids.Select(id => new VifId(id))];
}
