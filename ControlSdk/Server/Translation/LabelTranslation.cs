using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Labels, both ways.</summary>
internal static class LabelTranslation
{
    public static LabelEntry Read(V1.Label label, ObjectScope scope)
    {
        if (!Enum.IsDefined(label.Payload))
        {
            scope.Add("payload", $"{label.Payload} is no payload");
        }

        return new LabelEntry(new MplsLabel(label.Label_), new NextHopId(label.NextHop))
        {
            IsEthernet = label.Payload == V1.Label.Types.Payload.Ethernet,
        };
    }

    public static V1.Label Write(LabelEntry label) => new()
    {
        Label_ = label.Label.Value,
        NextHop = label.NextHop.Value,
        Payload = label.IsEthernet ? V1.Label.Types.Payload.Ethernet : V1.Label.Types.Payload.Ip,
    };
}
