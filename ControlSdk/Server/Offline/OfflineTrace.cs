using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>What would happen to a packet under a configuration, with no vRouter running.</summary>
public static class OfflineTrace
{
    /// <summary>Traces one packet.</summary>
    /// <exception cref="RequestRefusedException">The configuration, or the interface, was refused.</exception>
    public static V1.TraceResponse Run(V1.Config config, string configName, V1.TraceRequest request)
    {
        using var dataPlane = new OfflineDataPlane(new DataPlaneOptions());
        dataPlane.Apply(new V1.ApplyRequest { Upsert = config }, configName);

        return dataPlane.Interfaces.Contains(request.Interface)
            ? dataPlane.Trace(request)
            : throw new RequestRefusedException([$"there is no interface {request.Interface} in {configName}"]);
    }

    /// <summary>Reads the packet with that number out of a capture file; the first is 1, as Wireshark counts.</summary>
    /// <exception cref="IOException">The file cannot be read, or is cut short before.</exception>
    /// <exception cref="RequestRefusedException">The file has fewer packets.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadPacketAsync(string path, int number, CancellationToken cancel = default)
    {
        await using CaptureReader reader = await CaptureReader.OpenAsync(path, cancel);

        for (int read = 1; await reader.ReadAsync(cancel) is { } packet; read++)
        {
            if (read == number)
            {
                return packet.Bytes;
            }
        }

        throw new RequestRefusedException([$"{path} has no packet {number}"]);
    }
}
