namespace VRouter.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder of VRouter.sln.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>"Debug" or "Release", as the tests themselves were built.</summary>
    public static string Configuration { get; } =
        new DirectoryInfo(AppContext.BaseDirectory).Parent?.Name ?? throw new InvalidOperationException("not in bin/CONFIGURATION/FRAMEWORK");

    /// <summary>A path below the root, with '/' between its parts.</summary>
    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>What this build made of a project: <c>OutputOf("ControlSdk/Agent", "vrouter.dll")</c>.</summary>
    public static string OutputOf(string folder, string file) => Path.Combine(Root, folder, "bin", Configuration, "net10.0", file);

    /// <summary>The files below the root with this ending, relative to it; no build products, nothing in dot-folders.</summary>
    public static IEnumerable<string> FilesEndingIn(string ending) =>
        from path in Directory.EnumerateFiles(Root, "*" + ending, SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Root, path).Replace('\\', '/')
        where !relative.Split('/').SkipLast(1).Any(folder => folder is "bin" or "obj" or "artifacts" || folder.StartsWith('.'))
        orderby relative
        select relative;

    private static string FindRoot(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "VRouter.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("VRouter.sln is not above the tests.");
    }
}
