using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Routes, both ways. There may be millions: nothing is allocated for one that is as it should be.</summary>
internal static class RouteTranslation
{
    /// <summary>The route; null where its key cannot be read.</summary>
    public static Route? Read(V1.Route route, ObjectScope scope)
    {
        ValueList<SecurityGroupId> groups = route.SecurityGroups.Count == 0 ? default : ReadGroups(route, scope);
        MacAddress mac = scope.OptionalMac("mac", route.Mac);

        if (!IpPrefix.TryParse(route.Prefix, out IpPrefix prefix))
        {
            _ = scope.Prefix("prefix", route.Prefix);
            return null;
        }

        return new Route(new VrfId(route.Vrf), prefix, new NextHopId(route.NextHop))
        {
            Label = route.Label,
            SecurityGroups = groups,
            ProxyArp = route.ProxyArp,
            Mac = mac,
        };
    }

    public static V1.Route Write(Route route)
    {
        var written = new V1.Route();
        Write(route, written);
        return written;
    }

    /// <summary>Writes a route into a message that may have been another one's.</summary>
    public static void Write(in Route route, V1.Route written)
    {
        written.Vrf = route.Vrf.Value;
        written.Prefix = route.Prefix.ToString();
        written.NextHop = route.NextHop.Value;
        written.Label = route.Label;
        written.ProxyArp = route.ProxyArp;
        written.Mac = OptionalText.Of(route.Mac);
        written.SecurityGroups.Clear();

        foreach (SecurityGroupId group in route.SecurityGroups)
        {
            written.SecurityGroups.Add(group.Value);
        }
    }

    private static ValueList<SecurityGroupId> ReadGroups(V1.Route route, ObjectScope scope)
    {
        for (int i = 0; i < route.SecurityGroups.Count; i++)
        {
            if (route.SecurityGroups[i] == 0)
            {
                scope.Add($"security_groups[{i}]", "0 is not an id");
            }
        }

        return [.. route.SecurityGroups.Select(group => new SecurityGroupId(group))];
    }
}
