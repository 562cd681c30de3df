using NUnit.Framework;
using VRouter.Tests.Programs.Agent;

namespace VRouter.Tests.Programs.Packages;

/// <summary>
/// The packages of this build in a folder, and fresh console projects outside the repository that know nothing but that folder: each is the program
/// in a package's README.
/// </summary>
internal sealed class Consumers : IDisposable
{
    /// <summary>A version that no other build has, so that nobody's cache knows it.</summary>
    public readonly string Version = $"0.1.0-test.{Environment.ProcessId}";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vrouter-packages-");

    /// <summary>Where the packages are.</summary>
    public string Packages => Path.Combine(_folder.FullName, "packages");

    /// <summary>Packs what is built.</summary>
    public void Pack(params string[] projects)
    {
        foreach (string project in projects)
        {
            Dotnet("pack", Repository.PathOf(project), "--no-build", "-c", Repository.Configuration, "-o", Packages, $"-p:Version={Version}");
        }
    }

    /// <summary>Writes a console project whose program is the one in a README, and that references one package.</summary>
    public void Write(string name, string readme, string package)
    {
        Write($"{name}/Program.cs", ProgramIn(readme));
        Write($"{name}/{name}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{package}" Version="{Version}" />
              </ItemGroup>
            </Project>
            """);
    }

    /// <summary>Restores and builds the projects: ours from the folder, the others from what this build has restored already.</summary>
    public void Build(params string[] names)
    {
        Write("NuGet.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{_folder.FullName}/restored" /></config>
              <fallbackPackageFolders><clear /><add key="machine" value="{RestoredPackages}" /></fallbackPackageFolders>
              <packageSources><clear /><add key="packed" value="{Packages}" /></packageSources>
            </configuration>
            """);
        Write("all.slnx", $"<Solution>{string.Concat(names.Select(name => $"<Project Path=\"{name}/{name}.csproj\" />"))}</Solution>");
        Dotnet("build", Path.Combine(_folder.FullName, "all.slnx"));
    }

    /// <summary>Starts a program.</summary>
    public RunningProgram Start(string name, params string[] arguments) => RunningProgram.Of(Path.Combine(_folder.FullName, name, "bin", "Debug", "net10.0", name), arguments);

    public void Dispose() => _folder.Delete(recursive: true);

    private static string RestoredPackages =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static string ProgramIn(string readme)
    {
        const string Opening = "```csharp\n";
        string text = File.ReadAllText(Repository.PathOf(readme)).ReplaceLineEndings("\n");
        int start = text.IndexOf(Opening, StringComparison.Ordinal) + Opening.Length;
        return text[start..text.IndexOf("```\n", start, StringComparison.Ordinal)];
    }

    private void Write(string file, string text)
    {
        string path = Path.Combine(_folder.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    // Servers that a build leaves behind would hold its output open.
    private static void Dotnet(params string[] arguments)
    {
        using RunningProgram run = RunningProgram.Of("dotnet", [.. arguments, "--nologo", "-v", "q", "-nodeReuse:false", "-p:UseSharedCompilation=false"]);
        run.AssertExits(0, seconds: 240);
        Assert.That(run.Text, Does.Not.Contain("warning"));
    }
}
