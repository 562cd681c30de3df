using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Tests.Unit.Walk;

/// <summary>
/// Whatever arrives ends somewhere, for a reason, without harm. That nothing outside of a packet is read shows in that it makes no
/// difference what is there; that nothing stale is remembered, in that a node whose VRFs have just changed does the same.
/// </summary>
[TestFixture]
public sealed class HostileTests
{
    [Test]
    public void EndsWhereverItIsCut([ValueSource(nameof(Numbers))] int number)
    {
        (uint vif, byte[] frame) = HostileFrames.All[number];
        using var twins = new Twins();

        // In steps where it is long: what lies far behind the headers is all alike.
        for (int length = 0; length <= frame.Length; length += length < 160 ? 1 : 97)
        {
            twins.AssertAlike(vif, frame[..length]);
        }
    }

    [Test]
    public void EndsHoweverItIsChanged()
    {
        using var twins = new Twins();

        Prop.ForAll(Mutation.Any, mutation => twins.AssertAlike(mutation.Vif, mutation.Bytes())).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    [Test]
    public void EndsOfAnySize([Values(Lab.Fabric, Lab.Tenant, Lab.Host)] uint vif)
    {
        using Node node = Lab.Start(options: new DataPlaneOptions { Frames = 1024 });
        byte[] frame = new byte[70_000];
        HostileFrames.All.First(hostile => hostile.Vif == vif).Frame.CopyTo(frame, 0);

        foreach (int length in (int[])[1791, 1792, 1793, 3840, 3841, 9000, 65535, 65536, 70_000])
        {
            node.Receive(vif, frame.AsSpan(0, length));
            node.SentAnywhere();
            node.AssertBalanced();
        }

        Assert.That(node.Plane.Frames.Available, Is.GreaterThan(1023 - 256), "frames come home, but for those at hand");
    }

    [Test]
    public void IsTracedAsItGoes()
    {
        var drops = new List<Drop>();
        using Node node = Lab.Start(options: new DataPlaneOptions { Frames = 4096, OnDrop = drops.Add });

        Prop.ForAll(Mutation.Any, mutation => AssertTracedAsItGoes(node, drops, mutation.Vif, mutation.Bytes()))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_500));

        foreach ((uint vif, byte[] frame) in HostileFrames.All)
        {
            AssertTracedAsItGoes(node, drops, vif, frame);
        }
    }

    private static IEnumerable<int> Numbers() => Enumerable.Range(0, HostileFrames.All.Length);

    private static void AssertTracedAsItGoes(Node node, List<Drop> drops, uint vif, byte[] frame)
    {
        node.Clock.Advance(TimeSpan.FromSeconds(2));
        node.Settle();
        node.SentAnywhere();
        drops.Clear();

        TraceResult trace = node.Plane.Trace(new VifId(vif), frame);
        Assert.That(drops, Is.Empty);
        Assert.That(node.SentAnywhere(), Is.Empty);

        node.Receive(vif, frame);
        Assert.That(trace.DropReason, Is.EqualTo(drops.FirstOrDefault()?.Reason ?? DropReason.None));
        Assert.That(
            trace.Outputs.Select(output => Described(output.Vif.Value, output.Packet.ToArray())).Order(),
            Is.EqualTo(node.SentAnywhere().Select(sent => Described(sent.Vif, sent.Packet)).Order()));
    }

    /// <summary>A frame without the outer id, which counts up, and the checksum that covers it.</summary>
    private static string Described(uint vif, byte[] frame)
    {
        if (vif == Lab.Fabric && frame.Length > 34 && frame[12] == 8 && frame[13] == 0)
        {
            frame.AsSpan(18, 2).Clear();
            frame.AsSpan(24, 2).Clear();
        }

        return $"{vif}: {Convert.ToHexString(frame)}";
    }

    /// <summary>
    /// Two nodes that are told the same: one with zeros around each packet, that has seen the like of it before; the other with ones,
    /// whose VRFs are new each time.
    /// </summary>
    private sealed class Twins : IDisposable
    {
        private readonly List<Drop> _drops = [];
        private readonly Node _warm;
        private readonly Node _cold;
        private int _count;

        public Twins()
        {
            var options = new DataPlaneOptions { Frames = 4096, OnDrop = _drops.Add };
            (_warm, _cold) = (Lab.Start(options: options), Lab.Start(options: options));

            foreach ((uint vif, byte[] frame) in HostileFrames.All)
            {
                AssertAlike(vif, frame);
            }
        }

        public void AssertAlike(uint vif, byte[] frame)
        {
            string first = Walk(_warm, vif, frame, 0);
            Renew();
            string second = Walk(_cold, vif, frame, 0xFF);
            Assert.That(second, Is.EqualTo(first), Convert.ToHexString(frame));
        }

        public void Dispose()
        {
            _warm.Dispose();
            _cold.Dispose();
        }

        private void Renew()
        {
            _count++;
            _cold.Plane.Apply(new Transaction
            {
                Vrfs = [.. Lab.Configuration().Vrfs.Select(vrf => vrf with { Name = $"{_count}" }), new Vrf(default) { Name = $"{_count}" }],
            });
        }

        private string Walk(Node node, uint vif, byte[] frame, byte around)
        {
            node.Clock.Advance(TimeSpan.FromSeconds(1));
            node.Settle();
            node.SentAnywhere();
            _drops.Clear();
            long before = Ended(node);
            node.Receive(vif, frame, packet => Surrounded(node.Plane.Frames.Region, packet, around));
            Assert.That(node.Plane.Faults, Is.Zero);
            Assert.That(Ended(node) - before, Is.EqualTo(1), "it ended, or waits");
            return $"{string.Join("; ", node.SentAnywhere().Select(sent => Described(sent.Vif, sent.Packet)))} {string.Join("; ", _drops.Select(drop => $"{drop.Vif} {drop.Reason} {drop.Object} {Convert.ToHexString(drop.Packet.Span)}"))}";
        }

        // Sent, consumed, dropped, held; what was made on the way taken off again.
        private static long Ended(Node node) => node.Plane.ReadCounters().Vifs.Sum(counters =>
            counters.TxPackets + counters.Consumed + counters.Held + counters.Drops.Values.Sum() - counters.Made);

        private static Packet Surrounded(FrameRegion region, Packet packet, byte around)
        {
            region.Bytes(packet.Frame, 0, packet.Start).Fill(around);
            int end = packet.Start + packet.HeadLength;
            region.Bytes(packet.Frame, end, FrameRegion.FrameSize - end).Fill(around);
            return packet;
        }
    }
}
