using System.Buffers;

namespace VRouter.Forwarding;

/// <summary>
/// A capture as a pcapng file that goes on: an interface for every vif that packets were seen at, and a comment on every packet that says
/// where it was seen and, of a drop, why.
/// </summary>
public sealed class PcapngCapture
{
    private readonly PacketCapture _capture;
    private readonly PcapngWriter _writer;
    private readonly Dictionary<VifId, (int Number, string Title)> _interfaces = [];

    /// <summary>Begins the file.</summary>
    /// <param name="capture">Where the packets come from.</param>
    /// <param name="buffer">Where the file goes.</param>
    public PcapngCapture(PacketCapture capture, IBufferWriter<byte> buffer)
    {
        _capture = capture;
        _writer = new PcapngWriter(buffer);
        _writer.WriteSection("vrouter");
    }

    /// <summary>Writes the next packet; false: there is none for now.</summary>
    public bool TryWrite()
    {
        if (!_capture.TryRead(out SeenPacket packet))
        {
            return false;
        }

        (int number, string title) = InterfaceOf(packet.Vif);
        long nanoseconds = (packet.Time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        var about = new PcapngPacket(number, nanoseconds, packet.Length, packet.Place == PacketPlace.Sent, packet.Lost, CommentOf(packet, title));
        _writer.WritePacket(about, packet.Bytes);
        return true;
    }

    private static string CommentOf(in SeenPacket packet, string title) => packet.Place switch
    {
        PacketPlace.Received => $"{title}: received",
        PacketPlace.Sent => $"{title}: sent",
        _ => $"{title}: dropped: {packet.Reason}{By(packet)}",
    };

    private static string By(in SeenPacket packet)
    {
        string rule = packet.RuleId.Length == 0 ? "" : $", rule {packet.RuleId}";
        return packet.Object.Kind == ObjectKind.None ? rule : $", by {packet.Object}{rule}";
    }

    private (int Number, string Title) InterfaceOf(VifId vif)
    {
        if (!_interfaces.TryGetValue(vif, out (int Number, string Title) known))
        {
            string name = _capture.NameOf(vif);
            string description = vif.Value == 0 ? "an interface that is gone" : $"interface {vif}";
            known = (_interfaces.Count, name.Length == 0 ? description : $"{name} ({description})");
            _interfaces.Add(vif, known);
            _writer.WriteInterface(name.Length == 0 ? description : name, description, _capture.Options.SnapLength);
        }

        return known;
    }
}
