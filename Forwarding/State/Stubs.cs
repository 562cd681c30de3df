// Floating IPs and source NATs as the walk asks for them; the control side's own take their place.
#pragma warning disable
using VRouter.Encap;
using VRouter.Flow;
namespace VRouter.Forwarding;
public enum FloatingIpDirection : byte { Both, Ingress, Egress }
internal sealed record PortForwardState(int Vrf, IpAddress Address, ushort Port, bool TranslateSource);
internal sealed class FloatingIpState
{
    public int Index; public int Vrf; public VrfId VrfId; public string VrfName = ""; public IpAddress Address; public FloatingIpDirection Direction; public bool IsMapped; public uint Generation;
    public ushort[] Members = [];
    public bool Has(ushort vif) => false;
    public bool Admits(IpAddress source) => true;
    public bool TryMap(byte protocol, ushort port, ushort vif, out ushort guestPort) { guestPort = 0; return false; }
    public bool TryForward(byte protocol, ushort port, out PortForwardState forward) { forward = null!; return false; }
    public bool TryMapBack(byte protocol, ushort guestPort, ushort vif, out ushort port) { port = 0; return false; }
    public bool TryGetFixed(VifState vif, out IpAddress address) { address = default; return false; }
}
internal sealed class SourceNatState
{
    public uint Id; public int OutsideVrf; public IpAddress[] Addresses = []; public ushort FirstPort, LastPort; public uint Generation;
    public bool Applies(IpAddress s, IpAddress d) => false;
}
