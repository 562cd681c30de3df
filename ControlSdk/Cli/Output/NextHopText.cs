namespace VRouter.ControlSdk.Cli;

/// <summary>What a next hop does, in a few words.</summary>
internal static class NextHopText
{
    /// <summary>"VXLAN to 192.0.2.2", "ECMP 5, 6".</summary>
    public static string Of(V1.NextHop nextHop) => nextHop.KindCase switch
    {
        V1.NextHop.KindOneofCase.Discard => "discard",
        V1.NextHop.KindOneofCase.Reject => "reject",
        V1.NextHop.KindOneofCase.Host => "this host",
        V1.NextHop.KindOneofCase.Interface => Of(nextHop.Interface),
        V1.NextHop.KindOneofCase.Tunnel => Of(nextHop.Tunnel),
        V1.NextHop.KindOneofCase.Ecmp => $"ECMP {Members(nextHop.Ecmp.Members)}",
        V1.NextHop.KindOneofCase.Flood => $"flood {Members(nextHop.Flood.Members)}",
        V1.NextHop.KindOneofCase.Vrf => $"look up in VRF {nextHop.Vrf.Vrf}",
        _ => "",
    };

    private static string Of(V1.NextHop.Types.ToInterface to) =>
        $"interface {to.Interface}{(to.Mac.Length == 0 ? "" : $" MAC {to.Mac}")}{(to.Address.Length == 0 ? "" : $" gateway {to.Address}")}";

    private static string Of(V1.NextHop.Types.Tunnel tunnel)
    {
        string kind = tunnel.Encapsulation switch
        {
            V1.Encapsulation.Vxlan => "VXLAN",
            V1.Encapsulation.MplsOverUdp => "MPLS over UDP",
            V1.Encapsulation.MplsOverGre => "MPLS over GRE",
            _ => "tunnel",
        };

        return $"{kind} to {tunnel.Destination}{(tunnel.Label == 0 ? "" : $" label {tunnel.Label}")}";
    }

    private static string Members(IEnumerable<V1.NextHop.Types.Ecmp.Types.Member> members) => string.Join(", ", members.Select(Of));

    private static string Of(V1.NextHop.Types.Ecmp.Types.Member member)
    {
        string label = member.Label == 0 ? "" : $" label {member.Label}";
        string weight = member.Weight <= 1 ? "" : $" weight {member.Weight}";
        string draining = member.Draining ? " draining" : "";

        return $"{member.NextHop}{label}{weight}{draining}";
    }
}
