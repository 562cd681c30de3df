using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using NUnit.Framework;

namespace VRouter.Tests.Unit.Architecture;

/// <summary>
/// Project references are transitive, so the compiler lets code use what stands behind its neighbour. What was compiled may use its
/// neighbours, and of what those stand on only the types that they show in public signatures (an address, the pool of frames).
/// </summary>
[TestFixtureSource(typeof(House), nameof(House.Projects))]
internal sealed class AssemblyTests(Project project)
{
    [Test]
    public void DoesNotReachRoundItsNeighbours()
    {
        string[] folders = [.. House.Allowed[project.Folder], .. House.Through.GetValueOrDefault(project.Folder, [])];
        string[] neighbours = [.. House.Projects.Where(other => folders.Contains(other.Folder)).Select(PathOf)];

        if (neighbours.Append(PathOf(project)).FirstOrDefault(path => !File.Exists(path)) is { } missing)
        {
            Assert.Ignore($"{Path.GetFileName(missing)} is not built: dotnet build VRouter.sln");
        }

        HashSet<string> direct = [.. neighbours.Select(path => Path.GetFileNameWithoutExtension(path))];
        HashSet<string> behind = [.. House.Projects.Select(other => other.AssemblyName).Where(name => !direct.Contains(name))];
        IReadOnlySet<string> shown = PublicFace.Of(neighbours);

        IEnumerable<string> reached = UsedTypes(PathOf(project))
            .Where(used => behind.Contains(used.Assembly) && !shown.Contains(used.Type))
            .Select(used => $"{used.Type} of {used.Assembly}");

        Assert.That(reached, Is.Empty);
    }

    private static string PathOf(Project project) => Repository.OutputOf(project.Folder, project.AssemblyName + ".dll");

    private static List<(string Assembly, string Type)> UsedTypes(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        MetadataReader metadata = file.GetMetadataReader();
        var used = new List<(string, string)>();

        foreach (TypeReferenceHandle handle in metadata.TypeReferences)
        {
            TypeReference type = metadata.GetTypeReference(handle);

            if (type.ResolutionScope.Kind == HandleKind.AssemblyReference)
            {
                AssemblyReference assembly = metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope);
                used.Add((metadata.GetString(assembly.Name), $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}"));
            }
        }

        return used;
    }
}
