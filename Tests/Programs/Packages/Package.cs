using System.IO.Compression;
using System.Xml.Linq;

namespace VRouter.Tests.Programs.Packages;

/// <summary>A package as it lies in a folder.</summary>
internal sealed class Package
{
    private readonly XElement _metadata;

    public Package(string path)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        Files = [.. archive.Entries.Select(entry => entry.FullName)];
        using Stream nuspec = archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        _metadata = XDocument.Load(nuspec).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    }

    /// <summary>What is in it, "lib/net10.0/VRouter.Encap.dll".</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The packages it depends on, "Grpc.Net.Client 2.85.0".</summary>
    public IEnumerable<string> Dependencies => Elements("dependency").Select(dependency => $"{(string?)dependency.Attribute("id")} {(string?)dependency.Attribute("version")}");

    /// <summary>The shared frameworks it needs.</summary>
    public IEnumerable<string> Frameworks => Elements("frameworkReference").Select(reference => (string)reference.Attribute("name")!);

    /// <summary>"license" and the like.</summary>
    public string? this[string field] => Elements(field).SingleOrDefault()?.Value;

    /// <summary>The names of its assemblies.</summary>
    public IEnumerable<string> Assemblies => Named("lib/net10.0/", ".dll");

    /// <summary>The names of files in a folder with this ending.</summary>
    public IEnumerable<string> Named(string folder, string ending) =>
        Files.Where(file => file.StartsWith(folder, StringComparison.Ordinal) && file.EndsWith(ending, StringComparison.Ordinal)).Select(file => Path.GetFileNameWithoutExtension(file));

    private IEnumerable<XElement> Elements(string name) => _metadata.Descendants().Where(element => element.Name.LocalName == name);
}
