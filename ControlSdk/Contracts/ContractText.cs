namespace VRouter.ControlSdk;

/// <summary>The contract's keys and problems as text for people.</summary>
public static class ContractText
{
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

    /// <summary>"interface 7: addresses[0]: '10.0.0.300' is not an address prefix".</summary>
    public static string Describe(V1.Problem problem)
    {
        // Of no object and no field: of the request as a whole.
        if (problem is { Object: null, Field.Length: 0 })
        {
            return problem.Message;
        }

        string subject = Describe(problem.Object);
        return problem.Field.Length == 0 ? $"{subject}: {problem.Message}" : $"{subject}: {problem.Field}: {problem.Message}";
    }
}
