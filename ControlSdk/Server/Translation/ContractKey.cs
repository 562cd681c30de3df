using Google.Protobuf;

namespace VRouter.ControlSdk.Server;

/// <summary>The contract's keys: of its own objects, as they were written, and as text.</summary>
internal static class ContractKey
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

    /// <summary>"interface 7", "route 10.0.0.0/8 in vrf 3"; "settings" for the object that has no key.</summary>
    public static string Describe(V1.ObjectKey? key) => key?.KindCase switch
    {
        V1.ObjectKey.KindOneofCase.Vrf => $"vrf {key.Vrf}",
        V1.ObjectKey.KindOneofCase.Interface => $"interface {key.Interface}",
        V1.ObjectKey.KindOneofCase.NextHop => $"next hop {key.NextHop}",
        V1.ObjectKey.KindOneofCase.Route => $"route {key.Route.Prefix} in vrf {key.Route.Vrf}",
        V1.ObjectKey.KindOneofCase.MacRoute => $"mac route {key.MacRoute.Mac} in vrf {key.MacRoute.Vrf}",
        V1.ObjectKey.KindOneofCase.Label => $"label {key.Label}",
        V1.ObjectKey.KindOneofCase.Vni => $"vni {key.Vni}",
        V1.ObjectKey.KindOneofCase.SecurityGroup => $"security group {key.SecurityGroup}",
        V1.ObjectKey.KindOneofCase.FloatingIp => $"floating ip {key.FloatingIp.Address} in vrf {key.FloatingIp.Vrf}",
        V1.ObjectKey.KindOneofCase.SourceNat => $"source nat {key.SourceNat}",
        V1.ObjectKey.KindOneofCase.MirrorSession => $"mirror session {key.MirrorSession}",
        _ => "settings",
    };
}
