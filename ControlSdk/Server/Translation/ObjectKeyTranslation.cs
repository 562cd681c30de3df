using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Keys of objects, both ways.</summary>
internal static class ObjectKeyTranslation
{
    /// <summary>The key; null where it cannot be read, or names what this version has none of.</summary>
    public static ObjectKey? Read(V1.ObjectKey key, ObjectScope scope, string field)
    {
        switch (key.KindCase)
        {
            case V1.ObjectKey.KindOneofCase.Vrf:
                return ObjectKey.Of(new VrfId(key.Vrf));
            case V1.ObjectKey.KindOneofCase.Interface:
                return ObjectKey.Of(new VifId(key.Interface));
            case V1.ObjectKey.KindOneofCase.NextHop:
                return ObjectKey.Of(new NextHopId(key.NextHop));
            case V1.ObjectKey.KindOneofCase.Route:
                return ReadRoute(key.Route, scope, field);
            case V1.ObjectKey.KindOneofCase.Label:
                return ObjectKey.Of(new MplsLabel(key.Label));
            case V1.ObjectKey.KindOneofCase.Vni:
                return ObjectKey.Of(new Vni(key.Vni));
            case V1.ObjectKey.KindOneofCase.SecurityGroup:
                return ObjectKey.Of(new SecurityGroupId(key.SecurityGroup));
            case V1.ObjectKey.KindOneofCase.FloatingIp:
                return ReadFloatingIp(key.FloatingIp, scope, field);
            case V1.ObjectKey.KindOneofCase.SourceNat:
                return ObjectKey.Of(new SourceNatId(key.SourceNat));
            case V1.ObjectKey.KindOneofCase.None:
                scope.Add(field, "names no object");
                return null;
            default:
                scope.RefuseIf(true, field, "this kind of object is");
                return null;
        }
    }

    /// <summary>The key; null for no object and for the settings, which have none.</summary>
    public static V1.ObjectKey? Write(ObjectKey key) => key.Kind switch
    {
        ObjectKind.Vrf => new V1.ObjectKey { Vrf = key.Id },
        ObjectKind.Vif => new V1.ObjectKey { Interface = key.Id },
        ObjectKind.NextHop => new V1.ObjectKey { NextHop = key.Id },
        ObjectKind.Route => new V1.ObjectKey { Route = new() { Vrf = key.Id, Prefix = key.Prefix.ToString() } },
        ObjectKind.Label => new V1.ObjectKey { Label = key.Id },
        ObjectKind.Vni => new V1.ObjectKey { Vni = key.Id },
        ObjectKind.SecurityGroup => new V1.ObjectKey { SecurityGroup = key.Id },
        ObjectKind.FloatingIp => new V1.ObjectKey { FloatingIp = new() { Vrf = key.Id, Address = key.Prefix.Address.ToString() } },
        ObjectKind.SourceNat => new V1.ObjectKey { SourceNat = key.Id },
        _ => null,
    };

    private static ObjectKey? ReadRoute(V1.RouteKey route, ObjectScope scope, string field)
    {
        if (IpPrefix.TryParse(route.Prefix, out IpPrefix prefix))
        {
            return ObjectKey.Of(new VrfId(route.Vrf), prefix);
        }

        _ = scope.Prefix($"{field}.route.prefix", route.Prefix);
        return null;
    }

    private static ObjectKey? ReadFloatingIp(V1.FloatingIpKey floatingIp, ObjectScope scope, string field)
    {
        if (IpAddress.TryParse(floatingIp.Address, out IpAddress address))
        {
            return ObjectKey.Of(new VrfId(floatingIp.Vrf), address);
        }

        _ = scope.Address($"{field}.floating_ip.address", floatingIp.Address);
        return null;
    }
}
