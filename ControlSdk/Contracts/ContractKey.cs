using Google.Protobuf;

namespace VRouter.ControlSdk;

/// <summary>The keys of the contract's own objects, as they were written.</summary>
public static class ContractKey
{
    /// <summary>The key of an object; null for what has none (the settings, a request).</summary>
    public static V1.ObjectKey? Of(IMessage subject) => subject switch
    {
        V1.ObjectKey key => key,
        V1.Vrf vrf => new() { Vrf = vrf.Id },
        V1.Interface vif => new() { Interface = vif.Id },
        V1.NextHop nextHop => new() { NextHop = nextHop.Id },
        V1.Route route => new() { Route = new() { Vrf = route.Vrf, Prefix = route.Prefix } },
        V1.MacRoute route => new() { MacRoute = new() { Vrf = route.Vrf, Mac = route.Mac } },
        V1.Label label => new() { Label = label.Label_ },
        V1.Vni vni => new() { Vni = vni.Vni_ },
        V1.SecurityGroup group => new() { SecurityGroup = group.Id },
        V1.FloatingIp ip => new() { FloatingIp = new() { Vrf = ip.Vrf, Address = ip.Address } },
        V1.SourceNat nat => new() { SourceNat = nat.Id },
        V1.MirrorSession session => new() { MirrorSession = session.Id },
        _ => null,
    };
}
