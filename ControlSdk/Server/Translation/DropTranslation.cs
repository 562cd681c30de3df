using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Drops, to the contract.</summary>
internal static class DropTranslation
{
    public static V1.Drop Write(Drop drop)
    {
        var written = new V1.Drop();
        Write(drop, written);
        return written;
    }

    /// <summary>The same into a message that may have been another drop's.</summary>
    public static void Write(Drop drop, V1.Drop into)
    {
        into.Time = TimeTranslation.Write(drop.Time, into.Time);
        into.Interface = drop.Vif.Value;
        into.Reason = drop.Reason.ToString();
        into.Object = ObjectKeyTranslation.Write(drop.Object);
        into.RuleId = drop.RuleId;
        into.Packet = UnsafeByteOperations.UnsafeWrap(drop.Packet);
    }

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
