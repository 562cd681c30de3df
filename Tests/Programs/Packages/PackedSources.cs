using System.Xml.Linq;

namespace VRouter.Tests.Programs.Packages;

/// <summary>What a package should hold and depend on, as its projects say it.</summary>
/// <param name="Id">The package.</param>
/// <param name="Projects">The project files whose assemblies are in it.</param>
/// <param name="Packages">Our own packages that it depends on.</param>
internal sealed record PackedSources(string Id, string[] Projects, string[] Packages)
{
    public static readonly PackedSources[] All =
    [
        new("VRouter", ["Native/VRouter.Native", "Encap/VRouter.Encap", "Flow/VRouter.Flow", "Forwarding/VRouter.Forwarding"], []),
        new("VRouter.ControlSdk", ["ControlSdk/Client/VRouter.ControlSdk", "ControlSdk/Contracts/VRouter.ControlSdk.Contracts"], []),
        new("VRouter.ControlSdk.Server", ["ControlSdk/Server/VRouter.ControlSdk.Server"], ["VRouter", "VRouter.ControlSdk"]),
    ];

    /// <summary>The names of its assemblies.</summary>
    public IEnumerable<string> Assemblies => Projects.Select(project => Path.GetFileName(project));

    /// <summary>The packages that it depends on, with ours at this very version.</summary>
    public IEnumerable<string> DependenciesAt(string version) => Packages.Select(id => $"{id} [{version}]").Concat(Projects.SelectMany(ReferencesOf)).Distinct();

    /// <summary>The shared frameworks that it needs.</summary>
    public IEnumerable<string> Frameworks => Projects.SelectMany(project => Load(project).Descendants("FrameworkReference")).Select(reference => (string)reference.Attribute("Include")!);

    /// <summary>For the names of test cases.</summary>
    public override string ToString() => Id;

    private static IEnumerable<string> ReferencesOf(string project)
    {
        Dictionary<string, string> versions = XDocument.Load(Repository.PathOf("Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(package => (string)package.Attribute("Include")!, package => (string)package.Attribute("Version")!);

        return from reference in Load(project).Descendants("PackageReference")
               where (string?)reference.Attribute("PrivateAssets") != "all"
               let id = (string)reference.Attribute("Include")!
               select $"{id} {versions[id]}";
    }

    private static XDocument Load(string project) => XDocument.Load(Repository.PathOf(project + ".csproj"));
}
