using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Capturing;

/// <summary>A packet that a capture has seen, to be kept.</summary>
internal sealed record Seen(uint Vif, PacketPlace Place, DropReason Reason, string By, string Rule, int Length, uint Lost)
{
    public byte[] Bytes { get; private init; } = [];

    public DateTimeOffset Time { get; private init; }

    /// <summary>Reads all that a capture has seen so far.</summary>
    public static List<Seen> AllOf(PacketCapture capture)
    {
        List<Seen> all = [];

        while (capture.TryRead(out SeenPacket packet))
        {
            all.Add(new Seen(packet.Vif.Value, packet.Place, packet.Reason, packet.Object.ToString(), packet.RuleId, packet.Length, packet.Lost)
            {
                Bytes = packet.Bytes.ToArray(),
                Time = packet.Time,
            });
        }

        return all;
    }
}
