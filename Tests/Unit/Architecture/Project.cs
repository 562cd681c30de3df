using System.Xml.Linq;

namespace VRouter.Tests.Unit.Architecture;

/// <summary>A project file of the repository.</summary>
internal sealed class Project(string path)
{
    private readonly XDocument _xml = XDocument.Load(Repository.PathOf(path));

    public static IReadOnlyList<Project> All { get; } = [.. Repository.FilesEndingIn(".csproj").Select(path => new Project(path))];

    public string Path => path;

    /// <summary>"ControlSdk/Server".</summary>
    public string Folder { get; } = System.IO.Path.GetDirectoryName(path)!.Replace('\\', '/');

    public string AssemblyName => _xml.Descendants("AssemblyName").FirstOrDefault()?.Value ?? System.IO.Path.GetFileNameWithoutExtension(path);

    /// <summary>The folders of the projects it references.</summary>
    public IEnumerable<string> References =>
        from reference in _xml.Descendants("ProjectReference")
        let target = System.IO.Path.GetFullPath(System.IO.Path.Combine(Repository.Root, Folder, (string)reference.Attribute("Include")!))
        select System.IO.Path.GetRelativePath(Repository.Root, System.IO.Path.GetDirectoryName(target)!).Replace('\\', '/');

    public IEnumerable<XElement> Packages => _xml.Descendants("PackageReference");

    public IEnumerable<string> Frameworks => _xml.Descendants("FrameworkReference").Select(reference => (string)reference.Attribute("Include")!);

    public bool AllowsUnsafe => _xml.Descendants("AllowUnsafeBlocks").Any(allow => (bool)allow);

    /// <summary>For the names of test cases.</summary>
    public override string ToString() => Folder;
}
