using NUnit.Framework;
using VRouter.ControlSdk;

namespace VRouter.Tests.Unit.ControlSdk;

[TestFixture]
internal sealed class ConfigFileTests
{
    private string _path = "";

    [SetUp]
    public void MakeAPath() => _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");

    [TearDown]
    public void RemoveTheFile() => File.Delete(_path);

    [Test]
    public void ReadsAConfiguration()
    {
        File.WriteAllText(_path, """{ "vnis": [ { "vni": 5001, "vrf": 1 } ] }""");

        Assert.That(ConfigFile.Read(_path).Vnis[0].Vni_, Is.EqualTo(5001));
    }

    [Test]
    public void ReadsARequest()
    {
        File.WriteAllText(_path, """{ "delete": [ { "vni": 5001 } ] }""");

        Assert.That(ConfigFile.ReadRequest(_path).Delete[0].Vni, Is.EqualTo(5001));
    }

    [Test]
    public void NamesTheFileInEveryProblem()
    {
        File.WriteAllText(_path, """{ "a": 1, "b": 2 }""");

        JsonContractException e = Assert.Throws<JsonContractException>(() => ConfigFile.Read(_path))!;

        Assert.That(e.Problems, Is.EqualTo(new[]
        {
            $"{_path}: line 1, column 3: has no field \"a\"",
            $"{_path}: line 1, column 11: has no field \"b\"",
        }));
    }

    [Test]
    public void SaysWhichFileIsMissing() => Assert.That(
        Assert.Throws<FileNotFoundException>(() => ConfigFile.Read(_path))!.Message, Does.Contain(_path));
}
