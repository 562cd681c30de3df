using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Walk;

/// <summary>A data plane with Memory ports behind all of its vifs, stepped by hand on a clock that stands still until it is moved.</summary>
internal sealed class Node : IDisposable
{
    private readonly Dictionary<VifId, MemoryPort> _ports = [];

    public Node(DataPlaneOptions? options = null)
    {
        Clock = new ManualClock();
        Plane = new DataPlane((options ?? new DataPlaneOptions { Frames = 4096 }) with { Clock = Clock });
    }

    public DataPlane Plane { get; }

    public ManualClock Clock { get; }

    /// <summary>What ports made from now on take as it is.</summary>
    public PortCapabilities Capabilities { get; set; }

    /// <summary>Queues of ports made from now on; 0 = one a worker.</summary>
    public int Queues { get; set; }

    /// <summary>Applies, expects no problem, and puts a Memory port behind every new vif.</summary>
    public Node Apply(Transaction transaction)
    {
        ApplyResult result = Plane.Apply(transaction);
        Assert.That(result.Problems, Is.Empty);

        foreach (Vif vif in transaction.Vifs.Where(vif => Plane.FindPort(vif.Id) is null))
        {
            _ports[vif.Id] = new MemoryPort(Plane.Frames, queues: Queues == 0 ? Plane.Options.Workers : Queues, capabilities: Capabilities);
            Plane.Attach(vif.Id, _ports[vif.Id]);
        }

        return this;
    }

    public Node Apply(params Route[] routes) => Apply(new Transaction { Routes = [.. routes] });

    /// <summary>Lets a packet arrive and walks until nothing moves.</summary>
    public void Receive(uint vif, ReadOnlySpan<byte> packet, int queue = 0)
    {
        Assert.That(Port(vif).TryDeliver(packet, queue), Is.True);
        Settle();
    }

    /// <summary>Lets a packet arrive with what its port knows of it.</summary>
    public void Receive(uint vif, ReadOnlySpan<byte> bytes, Func<Packet, Packet> with)
    {
        Assert.That(PacketBytes.TryLoad(Plane.Frames, bytes, out Packet packet), Is.True);
        Packet changed = with(packet);
        Assert.That(Port(vif).Deliver(new ReadOnlySpan<Packet>(in changed)), Is.EqualTo(1));
        Settle();
    }

    public void Settle()
    {
        while (Plane.Step() > 0)
        {
        }
    }

    /// <summary>Moves the clock on, a tenth of a second at a time.</summary>
    public void Wait(TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(100))
        {
            Clock.Advance(TimeSpan.FromMilliseconds(100));
            Settle();
        }
    }

    public void Wait(double seconds) => Wait(TimeSpan.FromSeconds(seconds));

    /// <summary>The next packet that was sent out of a vif; null when there is none.</summary>
    public byte[]? Sent(uint vif)
    {
        for (int queue = 0; queue < Port(vif).QueueCount; queue++)
        {
            if (Port(vif).TryCollect(out byte[] packet, queue))
            {
                return packet;
            }
        }

        return null;
    }

    /// <summary>The only packet that was sent out of a vif.</summary>
    public byte[] SentOnce(uint vif)
    {
        byte[]? sent = Sent(vif);
        Assert.That(sent, Is.Not.Null, $"nothing was sent; the latest drop: {LastDrop}");
        Assert.That(Sent(vif), Is.Null, "more than one packet was sent");
        return sent!;
    }

    public List<byte[]> SentAll(uint vif)
    {
        var all = new List<byte[]>();

        while (Sent(vif) is { } sent)
        {
            all.Add(sent);
        }

        return all;
    }

    /// <summary>Everything that was sent out of any vif.</summary>
    public List<(uint Vif, byte[] Packet)> SentAnywhere() =>
        [.. _ports.Keys.OrderBy(vif => vif.Value).SelectMany(vif => SentAll(vif.Value).Select(packet => (vif.Value, packet)))];

    /// <summary>The reason of the latest drop; None when nothing was dropped.</summary>
    public DropReason LastDrop => Plane.ReadDrops() is [.., var last] ? last.Reason : DropReason.None;

    public VifCounters Counters(uint vif) => Plane.ReadCounters().Vifs.Single(counters => counters.Vif.Value == vif);

    /// <summary>Lets a packet arrive and asserts that it went nowhere for this reason.</summary>
    public Drop AssertDropped(uint vif, byte[] packet, DropReason reason)
    {
        Receive(vif, packet);
        Assert.That(LastDrop, Is.EqualTo(reason));
        Assert.That(SentAnywhere(), Is.Empty);
        return Plane.ReadDrops()[^1];
    }

    /// <summary>Balanced books, whatever happened, and no failure.</summary>
    public void AssertBalanced()
    {
        Assert.That(Plane.ReadCounters().Imbalance, Is.Zero);
        Assert.That(Plane.Faults, Is.Zero);
    }

    public void Dispose()
    {
        AssertBalanced();
        Plane.Dispose();
    }

    public MemoryPort Port(uint vif) => _ports[new VifId(vif)];

    /// <summary>Takes the port away for good, as a device that goes.</summary>
    public void Unplug(uint vif)
    {
        Plane.Detach(new VifId(vif));
        _ports.Remove(new VifId(vif));
    }

    public void Forget(uint vif) => _ports.Remove(new VifId(vif));

    public static MacAddress Mac(string text) => MacAddress.Parse(text);

    public static IpPrefix Prefix(string text) => IpPrefix.Parse(text);

    public static IpAddress Ip(string text) => IpAddress.Parse(text);
}
