using System.Diagnostics;
using NUnit.Framework;

namespace VRouter.Tests.Programs.Agent;

/// <summary>A directory on a file system of its own, of some kilobytes, that only programs started by this can see.</summary>
internal sealed class TinyDisk : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vrouter-disk-");
    private readonly Process _holder;

    /// <summary>Mounts it in a mount namespace of its own, which goes with a process.</summary>
    public TinyDisk(string options)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("needs root: it mounts a file system");
        }

        _holder = Process.Start(new ProcessStartInfo("unshare", ["--mount", "sh", "-c", $"mount -t tmpfs -o {options} tmpfs {Path} && echo mounted && exec sleep 3600"])
        {
            RedirectStandardOutput = true,
        })!;
        Assert.That(_holder.StandardOutput.ReadLine(), Is.EqualTo("mounted"));
    }

    public string Path => _folder.FullName;

    /// <summary>Starts `vrouter` where the directory is.</summary>
    public RunningProgram Run(params string[] arguments) => RunningProgram.Of(
        "nsenter", [$"--mount=/proc/{_holder.Id}/ns/mnt", "--", Repository.OutputOf("ControlSdk/Agent", "vrouter"), .. arguments]);

    /// <summary>Removes a file of it.</summary>
    public void Delete(string name) => File.Delete($"/proc/{_holder.Id}/root{Path}/{name}");

    /// <summary>Fills what is left of it.</summary>
    public void Fill(string name)
    {
        using FileStream file = File.Create($"/proc/{_holder.Id}/root{Path}/{name}");

        try
        {
            while (true)
            {
                file.Write(new byte[4096]);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void Dispose()
    {
        if (!_holder.HasExited)
        {
            _holder.Kill();
            _holder.WaitForExit();
        }

        _holder.Dispose();
        _folder.Delete();
    }
}
