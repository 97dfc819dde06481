// The directory of keys, certificates and the SQLite database: for its owner alone.
using Parley.Server.Composition.Configuration;

namespace Parley.Server.Operations;

/// <summary>Files that nobody but the program's user may read, replaced atomically.</summary>
public sealed class DataDirectory(ParleyOptions options)
{
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateDirectory = PrivateFile | UnixFileMode.UserExecute;

    /// <summary>The absolute path.</summary>
    public string Root => options.DataDirectory;

    /// <summary>The path of a file in the directory.</summary>
    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Makes the directory; a directory that Parley makes is readable by its owner alone.</summary>
    public void Create()
    {
        if (Directory.Exists(Root))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(Root);
        else
            Directory.CreateDirectory(Root, PrivateDirectory);
    }

    /// <summary>Reads a file; null when it does not exist.</summary>
    public byte[]? TryRead(string name)
    {
        var path = PathOf(name);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    /// <summary>Takes a file as a lock among the processes that share the directory; disposing it gives the lock back.</summary>
    /// <returns>Null when another process has it.</returns>
    public FileStream? TryLock(string name)
    {
        Create();
        var opening = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            opening.UnixCreateMode = PrivateFile;
        try
        {
            return new FileStream(PathOf(name), opening);
        }
        catch (IOException) when (File.Exists(PathOf(name)))
        {
            return null;
        }
    }

    /// <summary>Writes a file so that after a power cut either the old or the new content is there, never a part.</summary>
    public void WritePrivate(string name, ReadOnlySpan<byte> content)
    {
        Create();
        var path = PathOf(name);
        var temporary = $"{path}.{Environment.ProcessId}.new";
        File.Delete(temporary);
        var creation = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            creation.UnixCreateMode = PrivateFile;
        using (var stream = new FileStream(temporary, creation))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
