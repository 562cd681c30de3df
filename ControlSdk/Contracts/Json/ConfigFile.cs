using Google.Protobuf;

namespace VRouter.ControlSdk;

/// <summary>Files in proto3 JSON: a <see cref="V1.Config"/> or an <see cref="V1.ApplyRequest"/>.</summary>
public static class ConfigFile
{
    /// <summary>Reads a configuration.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="JsonContractException">It is not a configuration; every problem names the file and the place.</exception>
    public static V1.Config Read(string path) => Parse<V1.Config>(File.ReadAllBytes(path), path);

    /// <summary>Reads a configuration from a stream; <paramref name="name"/> is for messages.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="JsonContractException">It is not a configuration; every problem names the place.</exception>
    public static V1.Config Read(Stream stream, string name)
    {
        using var text = new MemoryStream();
        stream.CopyTo(text);

        return Parse<V1.Config>(text.GetBuffer().AsSpan(0, (int)text.Length), name);
    }

    /// <summary>Reads a request to change a configuration.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="JsonContractException">It is not a request; every problem names the file and the place.</exception>
    public static V1.ApplyRequest ReadRequest(string path) => Parse<V1.ApplyRequest>(File.ReadAllBytes(path), path);

    private static T Parse<T>(ReadOnlySpan<byte> text, string name) where T : IMessage<T>, new()
    {
        try
        {
            return JsonContract.Parse<T>(text);
        }
        catch (JsonContractException e)
        {
            throw new JsonContractException([.. e.Problems.Select(problem => $"{name}: {problem}")]);
        }
    }
}
