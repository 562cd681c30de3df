using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using NUnit.Framework;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control;

/// <summary>Somebody else's gRPC: Debian's python3-grpcio, which stands on gRPC's C core.</summary>
internal static class Python
{
    private const string Interpreter = "/usr/bin/python3";

    private static readonly FileDescriptor[] s_files =
    [
        V1.VrouterReflection.Descriptor, Grpc.Health.V1.HealthReflection.Descriptor, Grpc.Reflection.V1.ReflectionReflection.Descriptor,
        Google.Rpc.StatusReflection.Descriptor, Google.Rpc.ErrorDetailsReflection.Descriptor, Interop.TestingReflection.Descriptor,
    ];

    /// <summary>Ignores the test where it is not installed.</summary>
    public static void Require()
    {
        if (!File.Exists(Interpreter) || !Directory.Exists("/usr/lib/python3/dist-packages/grpc"))
        {
            Assert.Ignore("python3-grpcio is not installed");
        }
    }

    /// <summary>Writes the descriptors of the contract and of what stands beside it, and says where.</summary>
    public static string WriteContract()
    {
        string path = Path.GetTempFileName();
        var written = new FileDescriptorSet();
        s_files.ToList().ForEach(file => Add(file, written));
        File.WriteAllBytes(path, written.ToByteArray());
        return path;
    }

    /// <summary>Starts a script of this folder, its output redirected.</summary>
    public static Process Start(string script, params string[] arguments) => Start([], script, arguments);

    /// <summary>The same behind another command: <c>setpriv …</c>.</summary>
    public static Process Start(string[] before, string script, params string[] arguments)
    {
        string[] command = [.. before, Interpreter, Repository.PathOf($"Tests/Programs/Control/Python/{script}.py"), .. arguments];

        return Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            Environment = { ["PYTHONDONTWRITEBYTECODE"] = "1" },
        })!;
    }

    /// <summary>Runs a script to its end and returns what it printed, errors last.</summary>
    public static async Task<string> RunAsync(string[] before, string script, params string[] arguments)
    {
        using Process process = Start(before, script, arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output + await errors;
    }

    // What a file imports comes before it.
    private static void Add(FileDescriptor file, FileDescriptorSet written)
    {
        foreach (FileDescriptor import in file.Dependencies)
        {
            Add(import, written);
        }

        if (written.File.All(known => known.Name != file.Name))
        {
            written.File.Add(file.ToProto());
        }
    }
}
