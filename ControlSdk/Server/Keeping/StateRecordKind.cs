namespace VRouter.ControlSdk.Server;

/// <summary>What a record of a state file holds. Numbers are never given again; another version may have more.</summary>
internal enum StateRecordKind : uint
{
    /// <summary>A piece of the state that the file begins with: a vrouter.v1.ApplyRequest.</summary>
    SnapshotPiece = 1,

    /// <summary>The end of it. Before this it is none: every file has one, if only of nothing.</summary>
    SnapshotEnd = 2,

    /// <summary>A transaction that took effect: a vrouter.v1.ApplyRequest.</summary>
    Change = 3,

    /// <summary>The owner's own bytes: the latest ones count.</summary>
    Mark = 4,
}
