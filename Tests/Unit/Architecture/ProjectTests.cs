using NUnit.Framework;

namespace VRouter.Tests.Unit.Architecture;

[TestFixtureSource(typeof(Project), nameof(Project.All))]
internal sealed class ProjectTests(Project project)
{
    [Test]
    public void ReferencesOnlyWhatThePlanAllows()
    {
        if (project.Folder is "Bench" || project.Folder.StartsWith("Tests/", StringComparison.Ordinal))
        {
            Assert.That(project.References, Has.None.StartWith("Tests"), "tests are a leaf");
            return;
        }

        Assert.That(House.Allowed, Contains.Key(project.Folder), "the plan has no such project");
        Assert.That(project.References, Is.SubsetOf(House.Allowed[project.Folder]));
    }

    [Test]
    public void AllowsUnsafeCodeOnlyInNative() => Assert.That(project.AllowsUnsafe, Is.EqualTo(project.Folder == "Native"));

    [Test]
    public void KnowsAspNetOnlyInServerAndAgent()
    {
        if (project.Folder is not ("ControlSdk/Server" or "ControlSdk/Agent") && !project.Folder.StartsWith("Tests/", StringComparison.Ordinal))
        {
            Assert.That(project.Frameworks, Has.None.StartWith("Microsoft.AspNetCore"));
            Assert.That(project.Packages.Select(package => (string?)package.Attribute("Include")), Has.None.Contain("AspNetCore"));
        }
    }

    [Test]
    public void LeavesPackageVersionsToTheCentralFile()
    {
        foreach (var package in project.Packages)
        {
            Assert.That(package.Attribute("Version") ?? package.Attribute("VersionOverride"), Is.Null, package.ToString());
        }
    }

    [Test]
    public void IsInTheSolution() =>
        Assert.That(File.ReadAllText(Repository.PathOf("VRouter.sln")), Does.Contain($"\"{project.Path.Replace('/', '\\')}\""));
}
