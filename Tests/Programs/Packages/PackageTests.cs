using System.Runtime.InteropServices;
using NUnit.Framework;
using VRouter.Tests.Programs.Agent;
using VRouter.Tests.Programs.Control;

namespace VRouter.Tests.Programs.Packages;

/// <summary>The NuGet packages: what is in them, and that programs outside the repository can be made with them alone.</summary>
internal sealed class PackageTests
{
    private readonly Consumers _consumers = new();

    [OneTimeSetUp]
    public void PackAndBuild()
    {
        _consumers.Pack("Forwarding", "ControlSdk/Client", "ControlSdk/Server");
        _consumers.Write("embedding", "Forwarding/PACKAGE.md", "VRouter");
        _consumers.Write("serving", "ControlSdk/Server/PACKAGE.md", "VRouter.ControlSdk.Server");
        _consumers.Build("embedding", "serving");
    }

    [OneTimeTearDown]
    public void Remove() => _consumers.Dispose();

    [TestCaseSource(typeof(PackedSources), nameof(PackedSources.All))]
    public void HoldsTheAssembliesOfItsProjects(PackedSources expected)
    {
        Package package = Read(expected, ".nupkg"), symbols = Read(expected, ".snupkg");

        Assert.That(package.Assemblies, Is.EquivalentTo(expected.Assemblies));
        Assert.That(package.Named("lib/net10.0/", ".xml"), Is.EquivalentTo(expected.Assemblies), "documentation");
        Assert.That(symbols.Named("lib/net10.0/", ".pdb"), Is.EquivalentTo(expected.Assemblies), "symbols");
        Assert.That(package.Files, Has.None.EndsWith(".pdb"));
    }

    [TestCaseSource(typeof(PackedSources), nameof(PackedSources.All))]
    public void DependsOnWhatItsProjectsDo(PackedSources expected)
    {
        Package package = Read(expected, ".nupkg");

        Assert.That(package.Dependencies, Is.EquivalentTo(expected.DependenciesAt(_consumers.Version)));
        Assert.That(package.Frameworks, Is.EquivalentTo(expected.Frameworks));
    }

    [TestCaseSource(typeof(PackedSources), nameof(PackedSources.All))]
    public void SaysWhatItIs(PackedSources expected)
    {
        Package package = Read(expected, ".nupkg");

        Assert.That(package["license"], Is.EqualTo("Apache-2.0"));
        Assert.That(package["version"], Is.EqualTo(_consumers.Version));
        Assert.That(new[] { package["description"], package["tags"], package["authors"], package["releaseNotes"] }, Has.None.Null.And.None.Empty);
        Assert.That(new[] { package["readme"]!, package["icon"]!, "CHANGELOG.md" }, Is.SubsetOf(package.Files));
    }

    [Test]
    public void CarriesTheContract() =>
        Assert.That(Read(PackedSources.All.Single(package => package.Id == "VRouter.ControlSdk"), ".nupkg").Files, Has.One.EqualTo("protos/vrouter.proto"));

    [Test]
    public void LetsAFreshProgramSendAPacketThrough()
    {
        using RunningProgram run = _consumers.Start("embedding");
        run.AssertExits(0);

        Assert.That(run.Text, Is.EqualTo("generation 2, 3 objects, 0 problems\nto 020000000102, TTL 63"));
    }

    [Test]
    public async Task LetsAFreshProgramBeProgrammedByPython()
    {
        Python.Require();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("vrouter-serving-");
        string contract = Python.WriteContract();
        string[] arguments = [contract, $"unix://{folder.FullName}/vrouter.sock"];

        try
        {
            using (RunningProgram run = _consumers.Start("serving", folder.FullName))
            {
                run.AssertSays($"control at {arguments[1]}", seconds: 30);
                Assert.That(await Python.RunAsync([], "program", [.. arguments, "dev"]), Is.EqualTo("dev\n"));
                run.Kill();
            }

            using RunningProgram again = _consumers.Start("serving", folder.FullName);
            again.AssertSays($"control at {arguments[1]}", seconds: 30);
            Assert.That(await Python.RunAsync([], "program", arguments), Is.EqualTo("dev\n"), "its state is restored");
            again.Send(PosixSignal.SIGTERM);
            again.AssertExits(0);
        }
        finally
        {
            File.Delete(contract);
            folder.Delete(recursive: true);
        }
    }

    private Package Read(PackedSources package, string ending) => new(Path.Combine(_consumers.Packages, $"{package.Id}.{_consumers.Version}{ending}"));
}
