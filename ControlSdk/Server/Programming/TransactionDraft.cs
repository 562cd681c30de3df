using Microsoft.Extensions.ObjectPool;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// A request on its way to the data plane: what has been read of it, and what could not be. Pooled, because requests come by the
/// thousand and what the collector does stops the workers too.
/// </summary>
internal sealed class TransactionDraft : IResettable
{
    /// <summary>Lists that a giant request has made longer are not kept for the next one.</summary>
    private const int MostKept = 1 << 14;

    private const int MostDescribed = 8;

    private readonly Transaction _transaction = new();
    private readonly List<V1.Problem> _problems = [];

    /// <summary>Objects read so far.</summary>
    public int Count => _transaction.Count;

    /// <summary>Reads a request to the end, whatever is wrong with it.</summary>
    public void Add(V1.ApplyRequest request)
    {
        if (request.Upsert is not null)
        {
            Add(request.Upsert);
        }

        ConfigTranslation.Read(request.Delete, _transaction, _problems);
    }

    /// <summary>Reads a configuration, or a piece of one.</summary>
    public void Add(V1.Config piece) => ConfigTranslation.Read(piece, _transaction, _problems);

    /// <summary>All of it or, with every problem named, nothing.</summary>
    public ProgramResult Apply(DataPlane dataPlane, bool validateOnly) =>
        ResultOf(dataPlane.Apply(_transaction, validateOnly || _problems.Count > 0));

    /// <summary>Makes it the whole state; what is equal is not touched.</summary>
    public ProgramResult Sync(DataPlane dataPlane, bool validateOnly) =>
        ResultOf(dataPlane.Sync(_transaction, validateOnly || _problems.Count > 0));

    /// <summary>Which objects <see cref="Sync"/> would change, when nothing is wrong with it.</summary>
    public ObjectChanges PreviewSync(DataPlane dataPlane) => dataPlane.PreviewSync(_transaction);

    /// <summary>The answer when the machine refused: a device is missing, or a privilege.</summary>
    public ProgramResult FailedBy(SystemCallException failure, ulong generation)
    {
        Vif? vif = _transaction.Vifs.Find(vif => DeviceOf(vif) is { } device && failure.Call.Contains(device, StringComparison.Ordinal));
        var problem = new V1.Problem { Object = vif is null ? null : new V1.ObjectKey { Interface = vif.Id.Value }, Field = "port", Message = failure.Message };

        return new ProgramResult(new ApplyResult(generation, 0, 0, 0, 0, []), [problem]) { IsOfState = true };
    }

    /// <summary>The answer when it could not be kept for the next start, and so has not taken effect.</summary>
    public static ProgramResult NotKept(StateException failure, ulong generation) =>
        new(new ApplyResult(generation, 0, 0, 0, 0, []), [new V1.Problem { Message = failure.Message }]) { IsOfState = true };

    /// <summary>What it is about, for people: its first few objects.</summary>
    public string Describe()
    {
        IEnumerable<ObjectKey> keys = _transaction.Puts.Concat(_transaction.Deletes).Take(MostDescribed);
        string rest = Count > MostDescribed ? $" and {Count - MostDescribed} more" : "";
        return (_transaction.Settings is null ? "" : Count == 0 ? "settings" : "settings, ") + string.Join(", ", keys) + rest;
    }

    /// <inheritdoc/>
    public bool TryReset()
    {
        bool isSmall = Count <= MostKept;
        _transaction.Clear();
        _problems.Clear();

        return isSmall;
    }

    private static string? DeviceOf(Vif vif) => vif.Port switch
    {
        AfXdpSpec afXdp => afXdp.Device,
        TapSpec tap => tap.Device,
        _ => null,
    };

    // Of what could not be read nothing would become.
    private ProgramResult ResultOf(ApplyResult result) => new(
        _problems.Count == 0 ? result : new ApplyResult(result.Generation, 0, 0, 0, 0, result.Problems),
        [.. _problems, .. News(result.Problems.Select(ProblemTranslation.Write))])
    {
        IsOfState = _problems.Count == 0 && result.Problems.All(problem => problem.IsOfState),
    };

    /// <summary>
    /// The data plane saw stand-ins for what could not be read: what it says of those fields, or of an object of unknown kind, is no news.
    /// </summary>
    private IEnumerable<V1.Problem> News(IEnumerable<V1.Problem> found)
    {
        if (_problems.Count == 0)
        {
            return found;
        }

        HashSet<(V1.ObjectKey?, string)> told = [.. _problems.Select(problem => (problem.Object, problem.Field))];
        return found.Where(problem => !told.Contains((problem.Object, problem.Field)) && !told.Contains((problem.Object, "kind")));
    }
}
