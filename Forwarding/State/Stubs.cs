// Floating IPs and source NATs as the walk asks for them; the control side's own take their place.
#pragma warning disable
using VRouter.Encap;
using VRouter.Flow;
namespace VRouter.Forwarding;
internal sealed class SourceNatState
{
    public uint Id; public int OutsideVrf; public IpAddress[] Addresses = []; public ushort FirstPort, LastPort; public uint Generation;
    public bool Applies(IpAddress s, IpAddress d) => false;
}
