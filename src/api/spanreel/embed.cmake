# SPDX-License-Identifier: Apache-2.0
# cmake -D OUTPUT=console_files.hpp -D FOLDER=web -D FILES="a.js;b.css" -P embed.cmake
# Writes the files as string literals. They are text, so that no tool but CMake is needed, and ccache sees every byte.
set(types_html "text/html; charset=utf-8")
set(types_css "text/css; charset=utf-8")
set(types_js "text/javascript; charset=utf-8")
set(types_svg "image/svg+xml")

set(text "// Made by src/api/spanreel/embed.cmake out of web/.\n#pragma once\n")
string(APPEND text "#include \"api/spanreel/console.hpp\"\n\n")
string(APPEND text "namespace spanreel::api::spanreel {\n\ninline constexpr ConsoleFile kConsoleFiles[] = {\n")
foreach(name ${FILES})
  file(READ ${FOLDER}/${name} content)
  file(SHA256 ${FOLDER}/${name} digest)
  string(SUBSTRING ${digest} 0 32 digest)
  string(REGEX REPLACE ".*\\." "" ending ${name})
  string(APPEND text "    {\"${name}\", \"${types_${ending}}\", \"W/\\\"${digest}\\\"\",\n")
  string(APPEND text "     R\"~~~~(${content})~~~~\"},\n")
endforeach()
string(APPEND text "};\n\n}  // namespace spanreel::api::spanreel\n")
file(WRITE ${OUTPUT} "${text}")
