using NUnit.Framework;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Tests.Unit.Walk;

/// <summary>Frames that end where the process's memory does: a read of one byte behind them would end the process.</summary>
[TestFixture]
public sealed class GuardPageTests
{
    // Frame 0 is nobody's, so the region's last bytes are frame 1's; behind them lies a page that nobody may touch.
    private const int Frames = 2;
    private const uint Last = 1;

    [Test]
    public void IsNeverReadBehindAFrame([ValueSource(nameof(Numbers))] int number)
    {
        (uint vif, byte[] frame) = HostileFrames.All[number];

        for (int length = frame.Length; length >= 0; length -= length > 160 ? 97 : 7)
        {
            Receive(vif, frame.AsSpan(0, length));
        }
    }

    private static IEnumerable<int> Numbers() => Enumerable.Range(0, HostileFrames.All.Length)
        .Where(number => HostileFrames.All[number].Frame.Length <= FrameRegion.FrameSize - FrameRegion.HeadRoom);

    private static void Receive(uint vif, ReadOnlySpan<byte> bytes)
    {
        using var plane = new DataPlane(new DataPlaneOptions { Frames = Frames, Clock = new ManualClock(), OpenPorts = false });
        Transaction configuration = Lab.Configuration();
        Assert.That(plane.Apply(configuration).Problems, Is.Empty);
        configuration.Vifs.ForEach(each => plane.Attach(each.Id, new MemoryPort(plane.Frames, ringSize: 4)));
        var port = (MemoryPort)plane.FindPort(new VifId(vif))!;

        Span<uint> frames = [0];
        Assert.That(plane.Frames.Take(frames) == 1 && frames[0] == Last, "the last frame is the only one");
        int start = FrameRegion.FrameSize - bytes.Length;
        bytes.CopyTo(plane.Frames.Region.Bytes(Last, start, bytes.Length));

        Packet packet = new() { Frame = Last, Start = (ushort)start, HeadLength = (ushort)bytes.Length, Length = (uint)bytes.Length };
        Assert.That(port.Deliver(new ReadOnlySpan<Packet>(in packet)), Is.EqualTo(1));
        Assert.That(plane.Step(), Is.EqualTo(1));

        Assert.That(plane.Faults, Is.Zero);
        Assert.That(plane.ReadCounters().Imbalance, Is.Zero);
    }
}
