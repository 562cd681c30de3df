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

    /// <summary>Applies, expects no problem, and puts a Memory port behind every new vif.</summary>
    public Node Apply(Transaction transaction)
    {
        ApplyResult result = Plane.Apply(transaction);
        Assert.That(result.Problems, Is.Empty);

        foreach (Vif vif in transaction.Vifs.Where(vif => Plane.FindPort(vif.Id) is null))
        {
            _ports[vif.Id] = new MemoryPort(Plane.Frames, queues: Plane.Options.Workers);
            Plane.Attach(vif.Id, _ports[vif.Id]);
        }

        return this;
    }

    /// <summary>Lets a packet arrive and walks until nothing moves.</summary>
    public void Receive(uint vif, ReadOnlySpan<byte> packet)
    {
        Assert.That(_ports[new VifId(vif)].TryDeliver(packet), Is.True);
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

    /// <summary>The next packet that was sent out of a vif; null when there is none.</summary>
    public byte[]? Sent(uint vif)
    {
        for (int queue = 0; queue < _ports[new VifId(vif)].QueueCount; queue++)
        {
            if (_ports[new VifId(vif)].TryCollect(out byte[] packet, queue))
            {
                return packet;
            }
        }

        return null;
    }

    /// <summary>The reason of the latest drop; None when nothing was dropped.</summary>
    public DropReason LastDrop => Plane.ReadDrops() is [.., var last] ? last.Reason : DropReason.None;

    /// <summary>Balanced books, whatever happened.</summary>
    public void AssertBalanced() => Assert.That(Plane.ReadCounters().Imbalance, Is.Zero);

    public void Dispose()
    {
        AssertBalanced();
        Plane.Dispose();
    }

    public static MacAddress Mac(string text) => MacAddress.Parse(text);

    public static IpPrefix Prefix(string text) => IpPrefix.Parse(text);

    public static IpAddress Ip(string text) => IpAddress.Parse(text);
}
