using Google.Protobuf;

namespace VRouter.ControlSdk.Server;

/// <summary>Files in proto3 JSON: a <see cref="V1.Config"/> or an <see cref="V1.ApplyRequest"/>.</summary>
public static class ConfigFile
{
    /// <summary>Reads a configuration.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="JsonContractException">It is not a configuration; every problem names the file and the place.</exception>
    public static V1.Config Read(string path) => Read<V1.Config>(path);

    /// <summary>Reads a request to change a configuration.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="JsonContractException">It is not a request; every problem names the file and the place.</exception>
    public static V1.ApplyRequest ReadRequest(string path) => Read<V1.ApplyRequest>(path);

    private static T Read<T>(string path) where T : IMessage<T>, new()
    {
        byte[] text = File.ReadAllBytes(path);

        try
        {
            return JsonContract.Parse<T>(text);
        }
        catch (JsonContractException e)
        {
            throw new JsonContractException([.. e.Problems.Select(problem => $"{path}: {problem}")]);
        }
    }
}
