export const resultPage = () => ''
