using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace VRouter.ControlSdk.Cli;

/// <summary>The state of a vRouter in pieces.</summary>
internal static class StatePieces
{
    /// <summary>Reads it.</summary>
    /// <param name="session">Of which vRouter.</param>
    /// <param name="derived">Also what the vRouter itself made.</param>
    /// <param name="fields">The fields of a Config that are wanted: "interfaces"; none = all.</param>
    public static IAsyncEnumerable<V1.Config> ReadAsync(Session session, bool derived, params string[] fields)
    {
        var request = new V1.ExportRequest { Derived = derived, Fields = fields.Length == 0 ? null : new FieldMask { Paths = { fields } } };
        return session.Client.Control.Export(request, cancellationToken: session.Stop).ResponseStream.ReadAllAsync(session.Stop);
    }

    /// <summary>All of it.</summary>
    public static async Task<V1.Config> ReadAllAsync(Session session, bool derived)
    {
        var state = new V1.Config();

        await foreach (V1.Config piece in ReadAsync(session, derived))
        {
            state.MergeFrom(piece);
        }

        return state;
    }
}
