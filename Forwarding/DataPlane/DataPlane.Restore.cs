using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>Being told again after a restart what was kept before it.</summary>
public sealed partial class DataPlane
{
    /// <summary>Objects of a change that is not kept in memory for the next one.</summary>
    private const int MostReused = 1 << 14;

    private IStateKeeper? _keeper;
    private Transaction _change = new();
    private bool _restoring;

    /// <summary>
    /// Brings back what was kept, and has every change kept from here on. To be called before anything is applied, and before
    /// <see cref="Start"/>, so that no packet sees a part of it. Ports are opened when all is known, for what stands in the end.
    /// </summary>
    /// <param name="kept">The transactions, in their order; read one after another.</param>
    /// <param name="keeper">What keeps the changes that come.</param>
    /// <returns>The vifs whose ports could not be opened, and why. They stay without; applied again, a vif's port is tried again.</returns>
    /// <exception cref="InvalidOperationException">There is a state already.</exception>
    /// <exception cref="InvalidDataException">What was kept is refused: it is of another version, or was never valid.</exception>
    public IReadOnlyList<Problem> Restore(IEnumerable<Transaction> kept, IStateKeeper keeper)
    {
        lock (_control)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);

            if (_keeper is not null || Generation > 1)
            {
                throw new InvalidOperationException("a state is restored before anything is applied");
            }

            _restoring = true;

            try
            {
                foreach (Transaction transaction in kept)
                {
                    if (Apply(transaction) is { IsApplied: false } refused)
                    {
                        Problem first = refused.Problems[0];
                        throw new InvalidDataException($"{first.Object}: {(first.Field.Length == 0 ? "" : first.Field + ": ")}{first.Message}");
                    }
                }
            }
            finally
            {
                _restoring = false;
            }

            _keeper = keeper;
            return Options.OpenPorts ? OpenPortsOfAll() : [];
        }
    }

    /// <summary>
    /// The state as transactions of modest size that would make it, one after another: first all but the routes, then these in no order.
    /// They are one state, and the caller's own.
    /// </summary>
    /// <param name="routes">Routes in a piece.</param>
    public IReadOnlyList<Transaction> ExportPieces(int routes = 1024)
    {
        lock (_control)
        {
            return [.. Exporter.ExportPieces(_tables, routes)];
        }
    }

    /// <summary>How many objects there are, those that the data plane made itself included.</summary>
    public int ObjectCount
    {
        get
        {
            lock (_control)
            {
                return _tables.Configuration.ObjectCount + _tables.Routes.Count;
            }
        }
    }

    /// <summary>Has a change kept; if that fails, what was opened for it is closed again.</summary>
    private void Keep(Transaction transaction, Dictionary<VifId, OpenPort> opened)
    {
        if (_keeper is null)
        {
            return;
        }

        try
        {
            new ObjectComparison(_tables).AddDifferences(transaction, _change);

            if (_change.Count > 0 || _change.Settings is not null)
            {
                _keeper.Keep(_change);
            }
        }
        catch
        {
            foreach (OpenPort port in opened.Values)
            {
                port.Close(_workers);
            }

            throw;
        }
        finally
        {
            ForgetChange();
        }
    }

    private void ForgetChange()
    {
        if (_change.Count > MostReused)
        {
            _change = new Transaction();
        }

        _change.Clear();
    }

    private List<Problem> OpenPortsOfAll()
    {
        List<Problem> closed = [];

        foreach (Vif vif in _tables.Configuration.Vifs.Values.Select(record => record.Spec).OrderBy(vif => vif.Id.Value).ToArray())
        {
            try
            {
                AttachAll(_ports.Open([vif]));
            }
            catch (SystemCallException e)
            {
                closed.Add(new Problem(ObjectKey.Of(vif.Id), "port", e.Message));
            }
        }

        _ports.Follow(_tables.Configuration, State);
        return closed;
    }

    private void AttachAll(Dictionary<VifId, OpenPort> opened)
    {
        foreach ((VifId vif, OpenPort port) in opened)
        {
            VifRecord record = _tables.Configuration.Vifs[vif];
            _ports.Detach(record);
            _ports.Attach(record, port);
        }
    }
}
