namespace VRouter.ControlSdk.Cli;

/// <summary>Whether a direction of a flow is meant: what is not set matches anything.</summary>
internal static class FlowMatch
{
    public static bool Matches(V1.FlowKey? wanted, V1.FlowKey key) => wanted is null
        || ((wanted.Vrf == 0 || wanted.Vrf == key.Vrf)
            && (wanted.Source.Length == 0 || wanted.Source == key.Source)
            && (wanted.Destination.Length == 0 || wanted.Destination == key.Destination)
            && (wanted.Protocol == 0 || wanted.Protocol == key.Protocol)
            && (wanted.SourcePort == 0 || wanted.SourcePort == key.SourcePort)
            && (wanted.DestinationPort == 0 || wanted.DestinationPort == key.DestinationPort));
}
