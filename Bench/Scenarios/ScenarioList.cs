using VRouter.Encap;

namespace VRouter.Bench.Scenarios;

/// <summary>All scenarios, by name.</summary>
internal static class ScenarioList
{
    private static readonly Encapsulation s_vxlanEncap = new("vxlan-encap", EncapsulationKind.Vxlan);
    private static readonly FloatingIps s_fip = new();
    private static readonly Ecmp s_ecmp = new();
    private static readonly SourceNats s_snat = new();

    /// <summary>The scenarios in the order that they are listed.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new Limit(s_vxlanEncap),
        new L3(),
        s_vxlanEncap,
        new VxlanDecapsulation(),
        new Encapsulation("mplsoudp-encap", EncapsulationKind.MplsOverUdp),
        new MplsDecapsulation(),
        new Ipv6Encapsulation(),
        new Fragments(),
        new Local(),
        s_fip,
        s_ecmp,
        s_snat,
        new Setup("setup", s_vxlanEncap, ": from tenant into Vxlan tunnels, security groups"),
        new SetupPolicy(s_vxlanEncap),
        new Setup("setup-service", s_ecmp, " as in ecmp, to one of --members tunnels: the client's side of a service"),
        new Setup("setup-fip", s_fip, " as in fip, to a floating IP: the member's side of a service"),
        new Setup("setup-snat", s_snat, " as in snat"),
        new Churn(),
    ];

    /// <summary>Their names.</summary>
    public static string[] Names { get; } = [.. All.Select(scenario => scenario.Name)];

    /// <summary>The scenario of that name.</summary>
    public static Scenario Find(string name) => All.Single(scenario => scenario.Name == name);

    /// <summary>The scenario of that name; a limit is <paramref name="like"/> the other one.</summary>
    public static Scenario Find(string name, Scenario like) => name == Limit.Word ? new Limit(like) : Find(name);
}
