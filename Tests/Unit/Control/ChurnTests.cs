using System.Diagnostics;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Policy;
using VRouter.Tests.Unit.Walk;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Control;

/// <summary>Everything is replaced, over and over, while packets of every kind walk.</summary>
[TestFixture]
public sealed class ChurnTests
{
    private const int Frames = 16384;
    private const uint FirstGuest = 100;
    private const int Guests = 12;
    private const int FewestChanges = 200;

    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(2);
    private static readonly uint[] s_stable = [Lab.Fabric, Lab.Tenant, Lab.Neighbour, Lab.Host];

    [TestCase(1, 1)]
    [TestCase(2, 1)]
    [TestCase(3, 2)]
    public void HarmsNeitherPacketsNorBooks(int workers, int queues)
    {
        var faults = new List<string>();
        using var plane = new DataPlane(new DataPlaneOptions { Frames = Frames, Workers = workers, OnFault = fault => faults.Add($"{fault}") });
        plane.Apply(Lab.Configuration());
        Dictionary<uint, MemoryPort> ports = s_stable.ToDictionary(vif => vif, _ => new MemoryPort(plane.Frames, queues: queues));

        foreach ((uint vif, MemoryPort port) in ports)
        {
            plane.Attach(new VifId(vif), port);
        }

        plane.Start();
        using var over = new CancellationTokenSource();
        var traffic = Task.Factory.StartNew(() => Exchange(ports, queues, over.Token), TaskCreationOptions.LongRunning);

        try
        {
            Change(plane);
        }
        finally
        {
            over.Cancel();
            traffic.Wait();
            plane.Stop();
        }

        (long delivered, long collected) = traffic.Result;

        // What one worker had for another when they stopped.
        while (plane.Step() > 0)
        {
        }

        Counters counters = plane.ReadCounters();
        Assert.That(faults, Is.Empty);
        Assert.That(counters.Imbalance, Is.Zero);
        Assert.That(counters.Vifs.Append(counters.Removed).Sum(vif => vif.RxPackets), Is.EqualTo(delivered));
        Assert.That(collected, Is.GreaterThan(1_000));

        // All frames are home again but those that wait for a neighbour or a first fragment.
        long held = counters.Vifs.Append(counters.Removed).Sum(vif => vif.Held);
        plane.Dispose();
        Assert.That(plane.Frames.Available, Is.EqualTo(Frames - 1 - held));
    }

    private static (long Delivered, long Collected) Exchange(Dictionary<uint, MemoryPort> ports, int queues, CancellationToken over)
    {
        var random = new Random(1);
        (long delivered, long collected) = (0, 0);

        while (!over.IsCancellationRequested)
        {
            for (int i = 0; i < 32; i++)
            {
                (uint vif, byte[] frame) = HostileFrames.All[random.Next(HostileFrames.All.Length)];
                delivered += ports[vif].TryDeliver(frame, random.Next(queues)) ? 1 : 0;
            }

            foreach (MemoryPort port in ports.Values)
            {
                for (int queue = 0; queue < queues; queue++)
                {
                    while (port.TryCollect(out _, queue))
                    {
                        collected++;
                    }
                }
            }
        }

        return (delivered, collected);
    }

    // A busy machine gets through few changes in that time.
    private static void Change(DataPlane plane)
    {
        var random = new Random(2);
        long start = Stopwatch.GetTimestamp();

        for (int count = 0; count < FewestChanges || Stopwatch.GetElapsedTime(start) < s_duration; count++)
        {
            Transaction transaction = Next(random);

            if (random.Next(200) == 0)
            {
                plane.Sync(Lab.Configuration());
            }
            else if (plane.Apply(transaction).IsApplied)
            {
                AttachPorts(plane, transaction);
            }

            if (random.Next(20) == 0)
            {
                Assert.That(plane.ReadCounters().Imbalance, Is.Zero);
                plane.ReadDrops();
                plane.Trace(new VifId(Lab.Tenant), HostileFrames.All[random.Next(HostileFrames.All.Length)].Frame);
            }
        }
    }

    private static void AttachPorts(DataPlane plane, Transaction transaction)
    {
        foreach (Vif vif in transaction.Vifs.Where(vif => vif.Id.Value >= FirstGuest && plane.FindPort(vif.Id) is null))
        {
            plane.Attach(vif.Id, new MemoryPort(plane.Frames, ringSize: 64));
        }
    }

    private static Transaction Next(Random random)
    {
        uint guest = FirstGuest + (uint)random.Next(Guests);
        Transaction lab = Lab.Configuration((EncapsulationKind)random.Next(1, 4), overIpv6: random.Next(2) == 0);

        return random.Next(19) switch
        {
            0 => new Transaction { Vifs = [Guest(guest, random)] },
            1 => new Transaction { Deletes = [ObjectKey.Of(new VifId(guest))] },
            2 => new Transaction { Routes = [Lab.Route(1, $"10.{random.Next(1, 4)}.0.0/{random.Next(16, 24) & ~7}", RandomNextHop(random), 99)] },
            3 => new Transaction { Routes = [Lab.Route(1, $"10.{random.Next(1, 4)}.{random.Next(4)}.0/24", RandomNextHop(random), 99)], Deletes = [ObjectKey.Of(new VrfId(1), Prefix($"10.1.0.{random.Next(4)}/32"))] },
            4 => new Transaction { NextHops = [lab.NextHops[0]] },
            5 => new Transaction { Routes = [Lab.Route(0, "192.0.2.2/32", random.Next(3) == 0 ? 30u : 90u)] },
            6 => new Transaction { Settings = new Settings { VirtualMac = Mac(random.Next(2) == 0 ? Lab.VirtualMac : "02:00:00:00:00:aa"), TrustedTunnelSources = random.Next(2) == 0 ? [Prefix("192.0.2.0/24")] : [] } },
            7 => new Transaction { Vifs = [lab.Vifs[random.Next(3)] with { Mtu = random.Next(576, 1600) }] },
            8 => new Transaction { Vifs = [lab.Vifs[0] with { Addresses = [Prefix("192.0.2.1/24"), Prefix($"192.0.2.{random.Next(1, 4) * 3}/24"), Prefix("2001:db8::1/64")] }] },
            9 => new Transaction { Vrfs = [new Vrf(new VrfId(1)) { ForwardingMode = (ForwardingMode)random.Next(2), RpfDisabled = random.Next(2) == 0 }], Vnis = [new VniEntry(new Vni(Lab.Vni), new VrfId((uint)random.Next(1, 3)))] },
            10 => new Transaction { Vrfs = [new Vrf(new VrfId(50))], NextHops = [new VrfNextHop(new NextHopId(50), new VrfId(50))], Routes = [Lab.Route(1, "10.2.0.0/24", 50), Lab.Route(50, "10.2.0.0/16", 10, 99)] },
            11 => new Transaction { SecurityGroups = [Editing.Group(RandomGroup(random), Rules.Ingress("").To(1, (uint)random.Next(1, 65536)), Rules.Egress(""))] },
            12 => new Transaction { Vifs = [lab.Vifs[random.Next(1, 3)] with { SecurityGroups = random.Next(2) == 0 ? Editing.Groups(RandomGroup(random), RandomGroup(random)) : [] }] },
            13 => new Transaction { Deletes = [ObjectKey.Of(new SecurityGroupId(RandomGroup(random)))] },
            14 => new Transaction { FloatingIps = [FloatingIp(random)] },
            15 => new Transaction { SourceNats = [SourceNat(random)], Deletes = [ObjectKey.Of(new VrfId(1), Ip("10.2.0.2"))] },
            16 => new Transaction { NextHops = [new VifNextHop(new NextHopId(61), new VifId(Lab.Neighbour)), Group(random)], Routes = [Lab.Route(1, "10.2.0.0/16", 60)] },
            17 => new Transaction { Deletes = [ObjectKey.Of(new SourceNatId(1)), ObjectKey.Of(new VrfId(1), Ip("10.1.0.2")), ObjectKey.Of(new VrfId(0), Ip("192.0.2.1"))] },
            _ => new Transaction { Deletes = [ObjectKey.Of(new VrfId(50)), ObjectKey.Of(new NextHopId(50)), ObjectKey.Of(new VrfId(1), Prefix("10.2.0.0/24")), ObjectKey.Of(new VrfId(50), Prefix("10.2.0.0/16"))] },
        };
    }

    private static Vif Guest(uint id, Random random) => new(new VifId(id), VifKind.Tenant)
    {
        Mac = Mac($"02:00:00:00:02:{id:x2}"),
        Vrf = new VrfId((uint)random.Next(1, 3)),
        Addresses = [Prefix($"10.1.0.{random.Next(1, 6)}")],
        Label = new MplsLabel(5000 + id),
        Mtu = random.Next(1000, 1500),
    };

    private static FloatingIp FloatingIp(Random random) => random.Next(3) switch
    {
        0 => new FloatingIp(new VrfId(1), Ip("10.2.0.2")) { Vifs = [new VifId(Lab.Tenant), new VifId(Lab.Neighbour)], PortMappings = random.Next(2) == 0 ? [] : [new PortMapping(17, 53, 5353)] },
        1 => new FloatingIp(new VrfId(1), Ip("10.1.0.2")) { Vifs = [new VifId(Lab.Neighbour)], Direction = (FloatingIpDirection)random.Next(3) },
        _ => new FloatingIp(new VrfId(0), Ip("192.0.2.1")) { PortMappings = [new PortMapping(17, 53, 53) { Forward = new PortForward(new VrfId(1), Ip("10.2.0.2"), random.Next(2) == 0) }] },
    };

    private static SourceNat SourceNat(Random random) => new(new SourceNatId(1))
    {
        Vrf = new VrfId(1),
        OutsideVrf = new VrfId(random.Next(2) == 0 ? 0u : 2),
        Addresses = [Ip("192.0.2.1"), Ip("2001:db8::1")],
        Ports = new PortRange(61000, (uint)random.Next(61000, 65536)),
    };

    private static EcmpNextHop Group(Random random) => new(new NextHopId(60))
    {
        Members = [.. new[] { new EcmpMember(new NextHopId(10)) { Label = 99, Weight = (uint)random.Next(3) }, new EcmpMember(new NextHopId(61)) { Draining = random.Next(2) == 0 } }.Where(_ => random.Next(4) > 0)],
        Hash = (EcmpHash)random.Next(2),
        AffinityTimeout = TimeSpan.FromSeconds(random.Next(2)),
    };

    private static uint RandomGroup(Random random) => (uint)random.Next(1, 5);

    // Discard, host, tunnel, or a VRF next hop that may not be there: that one is refused.
    private static uint RandomNextHop(Random random) => random.Next(4) switch { 0 => 10, 1 => 30, 2 => 40, _ => 50 };
}
