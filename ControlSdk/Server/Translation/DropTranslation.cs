using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Drops, to the contract.</summary>
internal static class DropTranslation
{
    public static V1.Drop Write(Drop drop) => new()
    {
        Time = Timestamp.FromDateTimeOffset(drop.Time),
        Interface = drop.Vif.Value,
        Reason = drop.Reason.ToString(),
        Object = ObjectKeyTranslation.Write(drop.Object),
        RuleId = drop.RuleId,
        Packet = ByteString.CopyFrom(drop.Packet.Span),
    };

    /// <summary>The same of a drop that a capture has seen.</summary>
    public static V1.Drop Write(in SeenPacket drop) => new()
    {
        Time = Timestamp.FromDateTimeOffset(drop.Time),
        Interface = drop.Vif.Value,
        Reason = drop.Reason.ToString(),
        Object = ObjectKeyTranslation.Write(drop.Object),
        RuleId = drop.RuleId,
        Packet = ByteString.CopyFrom(drop.Bytes),
    };
}
