using NUnit.Framework;

namespace VRouter.Tests.Programs;

internal sealed class ProgramTests
{
    [TestCase("ControlSdk/Agent", "vrouter")]
    [TestCase("ControlSdk/Cli", "vrouterctl")]
    [TestCase("Bench", "vrouter-bench")]
    public void StandsWhereTheReadmeSays(string folder, string name)
    {
        string path = Repository.OutputOf(folder, name);

        Assert.That(path, Does.Exist);
        Assert.That(File.GetUnixFileMode(path) & UnixFileMode.UserExecute, Is.Not.EqualTo(UnixFileMode.None));
    }
}
