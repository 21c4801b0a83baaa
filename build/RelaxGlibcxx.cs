using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Rewrites the symbol version needs of TorchSharp's libLibTorchSharp.so in our copy, so that it loads with GCC 11's libstdc++
/// (Debian 12, Ubuntu 22.04, EL 9). Built with GCC 13, it asks for GLIBCXX_3.4.32 and 3.4.30, yet all it really uses is older:
/// <list type="number">
/// <item>std::ios_base_library_init, GCC 13's empty marker function, becomes libc's equally harmless abs;</item>
/// <item>std::condition_variable::wait@GLIBCXX_3.4.30 becomes the same function's @GLIBCXX_3.4.11;</item>
/// <item>the two version needs become weak, so that the loader does not insist on them.</item>
/// </list>
/// A file that has none of them is left alone. See docs/adr/0003-relaxed-glibcxx.md.
/// </summary>
public class RelaxGlibcxx : Task
{
    private const int SymbolSize = 24;
    private const ushort WeakVersion = 2; // VER_FLG_WEAK
    private byte[] _elf = Array.Empty<byte>();

    [Required]
    public string Library { get; set; } = "";

    public override bool Execute()
    {
        _elf = File.ReadAllBytes(Library);
        if (_elf.Length < 64 || BitConverter.ToUInt32(_elf, 0) != 0x464C457F || _elf[4] != 2 || _elf[5] != 1)
        {
            Log.LogError("{0} is not a little-endian 64-bit ELF file", Library);
            return false;
        }
        int changed = Relax();
        if (changed > 0)
        {
            // Beside it and renamed over: the file may be a hard link into the NuGet cache, which must stay as it is.
            string staged = Library + ".relaxed";
            File.WriteAllBytes(staged, _elf);
            if (File.Exists(Library))
            {
                File.Delete(Library);
            }
            File.Move(staged, Library);
            Log.LogMessage(MessageImportance.Normal, "{0}: {1} symbol version entries relaxed", Library, changed);
        }
        return true;
    }

    private int Relax()
    {
        Dictionary<string, Section> sections = Sections();
        Section strings = sections[".dynstr"], symbols = sections[".dynsym"], versions = sections[".gnu.version"], needs = sections[".gnu.version_r"];
        var needed = new Dictionary<string, Need>();
        long file = needs.Offset;
        for (uint f = 0; f < needs.Info; f++)
        {
            string library = Text(strings.Offset + U4(file + 4));
            long entry = file + U4(file + 8);
            for (int k = 0; k < U2(file + 2); k++)
            {
                needed[library + ":" + Text(strings.Offset + U4(entry + 8))] = new Need { Index = (ushort)(U2(entry + 6) & 0x7fff), Entry = entry };
                entry += U4(entry + 12);
            }
            file += U4(file + 12);
        }

        int changed = 0;
        Need newWait, oldWait, libc;
        bool hasWait = needed.TryGetValue("libstdc++.so.6:GLIBCXX_3.4.30", out newWait) & needed.TryGetValue("libstdc++.so.6:GLIBCXX_3.4.11", out oldWait);
        bool hasLibc = needed.TryGetValue("libc.so.6:GLIBC_2.2.5", out libc);
        for (long i = 0; i < symbols.Size / SymbolSize; i++)
        {
            long symbol = symbols.Offset + i * SymbolSize, version = versions.Offset + 2 * i;
            string name = Text(strings.Offset + U4(symbol));
            if (hasLibc && name == "_ZSt21ios_base_library_initv")
            {
                Put(symbol, BitConverter.GetBytes((uint)NameEndingInAbs(strings)));
                Put(version, BitConverter.GetBytes(libc.Index));
                changed++;
            }
            else if (hasWait && U2(version) == newWait.Index && name.StartsWith("_ZNSt18condition_variable4wait", StringComparison.Ordinal))
            {
                Put(version, BitConverter.GetBytes(oldWait.Index));
                changed++;
            }
        }
        foreach (string tooNew in new[] { "GLIBCXX_3.4.30", "GLIBCXX_3.4.32" })
        {
            Need need;
            if (needed.TryGetValue("libstdc++.so.6:" + tooNew, out need) && U2(need.Entry + 4) != WeakVersion)
            {
                Put(need.Entry + 4, BitConverter.GetBytes(WeakVersion));
                changed++;
            }
        }
        return changed;
    }

    private Dictionary<string, Section> Sections()
    {
        var sections = new Dictionary<string, Section>();
        long headers = U8(40);
        int size = U2(58), count = U2(60);
        long names = U8(headers + U2(62) * size + 24);
        for (int i = 0; i < count; i++)
        {
            long header = headers + i * size;
            sections[Text(names + U4(header))] = new Section { Offset = U8(header + 24), Size = U8(header + 32), Info = U4(header + 44) };
        }
        return sections;
    }

    /// <summary>Offset within the string table of some name's tail that reads "abs": names may share their ends.</summary>
    private long NameEndingInAbs(Section strings)
    {
        for (long at = strings.Offset; at < strings.Offset + strings.Size - 4; at++)
        {
            if (_elf[at] == 'a' && _elf[at + 1] == 'b' && _elf[at + 2] == 's' && _elf[at + 3] == 0)
            {
                return at - strings.Offset;
            }
        }
        throw new InvalidDataException(Library + ": no dynamic symbol name ends in 'abs'");
    }

    private void Put(long offset, byte[] value) { Array.Copy(value, 0, _elf, offset, value.Length); }
    private ushort U2(long offset) { return BitConverter.ToUInt16(_elf, (int)offset); }
    private uint U4(long offset) { return BitConverter.ToUInt32(_elf, (int)offset); }
    private long U8(long offset) { return BitConverter.ToInt64(_elf, (int)offset); }

    private string Text(long offset)
    {
        int end = Array.IndexOf(_elf, (byte)0, (int)offset);
        return Encoding.ASCII.GetString(_elf, (int)offset, end - (int)offset);
    }

    private struct Section { public long Offset; public long Size; public uint Info; }
    private struct Need { public ushort Index; public long Entry; }
}
