using NUnit.Framework;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Control;

/// <summary>Who listens is told of services as of everything else.</summary>
[TestFixture]
internal sealed class ServiceEventTests
{
    private static readonly FloatingIp s_floatingIp = new(new VrfId(1), Ip("10.96.0.1")) { Vifs = [new VifId(Lab.Tenant)] };
    private static readonly SourceNat s_nat = new(new SourceNatId(5)) { Vrf = new VrfId(1), OutsideVrf = new VrfId(2), Addresses = [Ip("203.0.113.1")] };
    private static readonly EcmpNextHop s_group = new(new NextHopId(50)) { Members = [new EcmpMember(new NextHopId(10))] };

    [Test]
    public void NamesWhatHasChangedAndWhatHasGone()
    {
        using Node node = Lab.Start();
        List<ObjectChanges> told = [];
        node.Plane.Changed += told.Add;
        ObjectKey[] keys = [ObjectKey.Of(s_group.Id), ObjectKey.Of(s_floatingIp.Vrf, s_floatingIp.Address), ObjectKey.Of(s_nat.Id)];

        node.Apply(new Transaction { NextHops = [s_group], FloatingIps = [s_floatingIp], SourceNats = [s_nat] });
        node.Apply(new Transaction { NextHops = [s_group], FloatingIps = [s_floatingIp], SourceNats = [s_nat with { Ports = new(2000, 3000) }] });
        node.Apply(new Transaction { Deletes = [.. keys] });

        Assert.That(told.Select(changes => changes.Applied), Is.EqualTo(new[] { keys, [keys[2]], [] }));
        Assert.That(told.Select(changes => changes.Deleted), Is.EqualTo(new[] { [], [], keys }));
    }
}
