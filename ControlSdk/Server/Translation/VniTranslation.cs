using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>VNIs, both ways.</summary>
internal static class VniTranslation
{
    public static VniEntry Read(V1.Vni vni) => new(new Vni(vni.Vni_), new VrfId(vni.Vrf));

    public static V1.Vni Write(VniEntry vni) => new() { Vni_ = vni.Vni.Value, Vrf = vni.Vrf.Value };
}
