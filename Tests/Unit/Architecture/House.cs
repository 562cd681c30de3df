namespace VRouter.Tests.Unit.Architecture;

/// <summary>The plan of the house: which folder may know which.</summary>
internal static class House
{
    /// <summary>A project's folder and the folders of the projects it may reference.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Allowed = new Dictionary<string, string[]>
    {
        ["Native"] = [],
        ["Encap"] = [],
        ["Flow"] = ["Encap", "Native"],
        ["Forwarding"] = ["Flow", "Encap", "Native"],
        ["ControlSdk/Contracts"] = [],
        ["ControlSdk/Client"] = ["ControlSdk/Contracts"],
        ["ControlSdk/Server"] = ["ControlSdk/Contracts", "Forwarding"],
        ["ControlSdk/Agent"] = ["ControlSdk/Server", "ControlSdk/Client", "Native"],
        ["ControlSdk/Cli"] = ["ControlSdk/Client"],
        ["ControlSdk/Cni"] = ["ControlSdk/Client", "Native"],
        ["ControlSdk/KubeManager"] = ["ControlSdk/Client", "Native"],
    };

    /// <summary>
    /// What a folder may use besides, through a neighbour. Agent makes the data plane that Server programs: with its ports, its captures
    /// and its options. Server catches what the data plane says of system calls, and asks the kernel who is at the end of a socket. Who uses
    /// Client speaks the contract.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string[]> Through = new Dictionary<string, string[]>
    {
        ["ControlSdk/Server"] = ["Native"],
        ["ControlSdk/Agent"] = ["Forwarding", "ControlSdk/Contracts"],
        ["ControlSdk/Cli"] = ["ControlSdk/Contracts"],
    };

    /// <summary>The folders with a project that the plan speaks of.</summary>
    public static IEnumerable<Project> Projects => Project.All.Where(project => Allowed.ContainsKey(project.Folder));
}
