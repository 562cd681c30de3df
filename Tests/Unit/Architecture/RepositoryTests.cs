using System.Text.RegularExpressions;
using System.Xml.Linq;
using NUnit.Framework;

namespace VRouter.Tests.Unit.Architecture;

internal sealed partial class RepositoryTests
{
    private const int LongestFile = 400;

    private static readonly string[] s_rooms = ["Native", "Encap", "Flow", "Forwarding", "ControlSdk", "Bench", "Tests"];

    [Test]
    public void HoldsOnlyTheRoomsOfTheHouse()
    {
        string[] ignored = [.. File.ReadLines(Repository.PathOf(".gitignore")).Select(line => line.Trim('/'))];

        IEnumerable<string> folders = Directory.EnumerateDirectories(Repository.Root).Select(folder => Path.GetFileName(folder))
            .Where(folder => !folder.StartsWith('.') && !ignored.Contains(folder));

        Assert.That(folders, Is.SubsetOf(s_rooms));
    }

    [Test]
    public void PinsEveryPackageVersion()
    {
        var central = XDocument.Load(Repository.PathOf("Directory.Packages.props"));

        Assert.That(central.Descendants("PackageVersion"), Is.Not.Empty);

        foreach (XElement package in central.Descendants("PackageVersion"))
        {
            Assert.That((string?)package.Attribute("Version"), Does.Match(@"^\d+(\.\d+){2,3}$"), package.ToString());
        }
    }

    [Test]
    public void HasNoUnsafeCodeOutsideNative() =>
        Assert.That(LinesWith(UnsafeKeyword(), path => !path.StartsWith("Native/", StringComparison.Ordinal)), Is.Empty);

    [Test]
    public void HasNothingLeftUndone() => Assert.That(LinesWith(LeftUndone(), _ => true), Is.Empty);

    [Test]
    public void HasNoFileTooLongToRead() =>
        Assert.That(Sources().Where(path => File.ReadLines(Repository.PathOf(path)).Count() > LongestFile), Is.Empty);

    private static IEnumerable<string> Sources() => Repository.FilesEndingIn(".cs");

    private static IEnumerable<string> LinesWith(Regex pattern, Func<string, bool> isMeant) =>
        from path in Sources().Where(isMeant)
        from line in File.ReadLines(Repository.PathOf(path)).Select((text, index) => (Text: text, Number: index + 1))
        where pattern.IsMatch(line.Text)
        select $"{path}:{line.Number}: {line.Text.Trim()}";

    // The keyword as code; a comment or a text may speak of it.
    [GeneratedRegex("""^[^"/]*\bunsafe\b(?!")""")]
    private static partial Regex UnsafeKeyword();

    [GeneratedRegex(@"\b(TO" + @"DO|FIX" + @"ME|NotImplemented" + @"Exception)\b|^\s*#reg" + @"ion\b")]
    private static partial Regex LeftUndone();
}
