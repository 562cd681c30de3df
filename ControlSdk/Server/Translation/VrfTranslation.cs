using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>VRFs, both ways. The two enums have equal numbers.</summary>
internal static class VrfTranslation
{
    public static Vrf Read(V1.Vrf vrf, ObjectScope scope)
    {
        scope.RefuseIf(vrf.FloodUnknownUnicast, "flood_unknown_unicast", "flooding is");
        scope.RefuseIf(vrf.MacLearning, "mac_learning", "learning is");

        if (!Enum.IsDefined(vrf.ForwardingMode))
        {
            scope.Add("forwarding_mode", $"{vrf.ForwardingMode} is no forwarding mode");
        }

        return new Vrf(new VrfId(vrf.Id))
        {
            Name = vrf.Name,
            ForwardingMode = (ForwardingMode)vrf.ForwardingMode,
            RpfDisabled = vrf.RpfDisabled,
        };
    }

    public static V1.Vrf Write(Vrf vrf) => new()
    {
        Id = vrf.Id.Value,
        Name = vrf.Name,
        ForwardingMode = (V1.Vrf.Types.ForwardingMode)vrf.ForwardingMode,
        FloodUnknownUnicast = vrf.FloodUnknownUnicast,
        MacLearning = vrf.MacLearning,
        RpfDisabled = vrf.RpfDisabled,
    };
}
