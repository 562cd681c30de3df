using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace VRouter.ControlSdk.Server;

/// <summary>Where in a request a problem is: "upsert.routes[3].next_hop", as google.rpc.BadRequest wants it.</summary>
internal static class FieldPath
{
    public static string Of(V1.ApplyRequest request, V1.Problem problem)
    {
        string at = problem.Object is null ? "upsert.settings" : ObjectOf(request, problem.Object);
        return at.Length == 0 || problem.Field.Length == 0 ? at + problem.Field : $"{at}.{problem.Field}";
    }

    private static string ObjectOf(V1.ApplyRequest request, V1.ObjectKey key)
    {
        V1.Config config = request.Upsert ?? new V1.Config();

        string put = key.KindCase switch
        {
            V1.ObjectKey.KindOneofCase.Vrf => Find("vrfs", config.Vrfs, vrf => vrf.Id == key.Vrf),
            V1.ObjectKey.KindOneofCase.Interface => Find("interfaces", config.Interfaces, vif => vif.Id == key.Interface),
            V1.ObjectKey.KindOneofCase.NextHop => Find("next_hops", config.NextHops, nextHop => nextHop.Id == key.NextHop),
            V1.ObjectKey.KindOneofCase.Route => Find("routes", config.Routes, route => route.Vrf == key.Route.Vrf && route.Prefix == key.Route.Prefix),
            V1.ObjectKey.KindOneofCase.MacRoute => Find("mac_routes", config.MacRoutes, route => route.Vrf == key.MacRoute.Vrf && route.Mac == key.MacRoute.Mac),
            V1.ObjectKey.KindOneofCase.Label => Find("labels", config.Labels, label => label.Label_ == key.Label),
            V1.ObjectKey.KindOneofCase.Vni => Find("vnis", config.Vnis, vni => vni.Vni_ == key.Vni),
            V1.ObjectKey.KindOneofCase.SecurityGroup => Find("security_groups", config.SecurityGroups, group => group.Id == key.SecurityGroup),
            V1.ObjectKey.KindOneofCase.FloatingIp => Find("floating_ips", config.FloatingIps, ip => ip.Vrf == key.FloatingIp.Vrf && ip.Address == key.FloatingIp.Address),
            V1.ObjectKey.KindOneofCase.SourceNat => Find("source_nats", config.SourceNats, nat => nat.Id == key.SourceNat),
            V1.ObjectKey.KindOneofCase.MirrorSession => Find("mirror_sessions", config.MirrorSessions, session => session.Id == key.MirrorSession),
            _ => "",
        };

        int deleted = request.Delete.IndexOf(key);
        return put.Length > 0 ? put : deleted >= 0 ? string.Create(CultureInfo.InvariantCulture, $"delete[{deleted}]") : "";
    }

    private static string Find<T>(string field, RepeatedField<T> objects, Func<T, bool> isMeant) where T : IMessage
    {
        for (int i = 0; i < objects.Count; i++)
        {
            if (isMeant(objects[i]))
            {
                return string.Create(CultureInfo.InvariantCulture, $"upsert.{field}[{i}]");
            }
        }

        return "";
    }
}
